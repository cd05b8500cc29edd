import dataclasses

import pytest

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId, activity_draft_of
from smtp_desktop.domain.delivery.activity_rules import activity_errors, activity_from_draft
from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.smtp.profile import ProfileId

GOOD = ActivityDraft(name="Nightly", to="ann@x.example", subject="Backup", text="Done")


def errors(**typed):
    return {error.field: str(error.message) for error in activity_errors(dataclasses.replace(GOOD, **typed))}


def test_a_good_draft_has_no_errors():
    assert errors() == {}


@pytest.mark.parametrize("name", ["", "  ", "two words", "dash-ed", "é", "x" * 51])
def test_the_name_follows_the_rules_for_smtps(name):
    assert set(errors(name=name)) == {"name"}


def test_recipients_subject_and_a_body_are_required():
    assert errors(to=" \n", subject=" ", text="", html="\n") == {
        "to": "Enter the recipients: addresses, or a placeholder for them.",
        "subject": "Enter a subject.",
        "text": "Enter a body, as text or HTML.",
    }


def test_html_alone_is_a_body():
    assert errors(text="", html="<p>") == {}


def test_the_description_is_limited():
    assert errors(description="x" * 1000) == {}
    assert errors(description="x" * 1001) == {"description": "Shorten it by 1: the limit is 1000 characters."}
    assert set(errors(description="\ud800")) == {"description"}


def test_the_backup_is_another_smtp():
    one, other = ProfileId("1"), ProfileId("2")
    assert errors(smtp_id=one, backup_id=other) == {}
    assert errors(smtp_id=None, backup_id=None) == {}
    assert set(errors(smtp_id=one, backup_id=one)) == {"backup_id"}


@pytest.mark.parametrize("field", ["to", "cc", "bcc"])
def test_addresses_without_placeholders_are_checked(field):
    assert errors(**{field: "{{ who }}, Ann <ann@x.example>; {{ name }} <{{ mail }}>"}) == {}
    assert set(errors(**{field: "{{ who }}, nobody"})) == {field}


def test_all_errors_are_reported_together_in_the_order_of_the_form():
    wrong = errors(
        name="",
        description="x" * 1001,
        smtp_id=ProfileId("1"),
        backup_id=ProfileId("1"),
        to="nobody",
        cc="{{",
        bcc="{% x %}",
        reply_to="nobody",
        subject="{{ a b }}",
        text="{% if %}",
        html="{{ x | nix }}",
        attachments="{{",
        headers="X: {{",
    )
    assert list(wrong) == [
        *("name", "description", "backup_id", "to", "cc", "bcc", "reply_to", "subject", "text", "html", "attachments"),
        "headers",
    ]
    assert "more than a name" in wrong["subject"]


class TestActivityFromDraft:
    def test_one_line_fields_lose_their_outer_blanks_and_bodies_keep_theirs(self):
        draft = ActivityDraft(
            name=" Nightly ",
            description=" d ",
            smtp_id=ProfileId("1"),
            backup_id=ProfileId("2"),
            to=" ann@x.example ",
            cc=" {{ c }} ",
            bcc=" {{ b }} ",
            subject=" Backup ",
            text=" Done\n",
            html=" <p> ",
            attachments=" /a ",
            enabled=False,
        )
        assert activity_from_draft(draft, ActivityId("7")) == Activity(
            id=ActivityId("7"),
            name="Nightly",
            description=" d ",
            smtp_id=ProfileId("1"),
            backup_id=ProfileId("2"),
            to="ann@x.example",
            cc="{{ c }}",
            bcc="{{ b }}",
            subject="Backup",
            text=" Done\n",
            html=" <p> ",
            attachments="/a",
            enabled=False,
        )

    def test_an_activitys_draft_gives_it_again(self):
        stored = activity_from_draft(GOOD, ActivityId("7"))
        assert activity_from_draft(activity_draft_of(stored), stored.id) == stored

    def test_every_refused_field_is_reported(self):
        with pytest.raises(FieldErrors) as refused:
            activity_from_draft(ActivityDraft(), ActivityId("7"))
        assert [error.field for error in refused.value.errors] == ["name", "to", "subject", "text"]
