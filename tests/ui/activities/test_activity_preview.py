"""The preview in the panel of an activity."""

import pytest

from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.ui.activities.previewer import sample_value


def test_the_preview_fills_in_samples_and_follows_them(activities):
    activities.have(
        "Nightly", subject="Report for {{ day }}", text="{{ rows }} rows", html="<p>{{ rows }} <b>rows</b></p>"
    )
    activities.open()
    activities.open_card("Nightly")
    activities.show_tab("Preview")
    activities.until(lambda: "Report for day" in activities.words("previewHead"))
    assert activities.field("valueField_day").text() == "day"
    activities.enter("valueField_rows", "<i>12</i>")
    activities.until(lambda: activities.field("previewText").toPlainText() == "<i>12</i> rows")
    activities.show_tab("HTML", "previewTabs")
    # A value is never markup.
    activities.until(lambda: activities.field("previewHtml").toPlainText() == "<i>12</i> rows")
    assert not activities.panel.is_changed()


def test_text_and_html_stand_side_by_side_where_there_is_room(activities):
    activities.have("Nightly", html="<p>x</p>")
    activities.open(panel_width=640)
    activities.open_card("Nightly")
    activities.show_tab("Preview")
    activities.until(lambda: activities.visible("previewHtml"))
    text_view, html_view = activities.field("previewText"), activities.field("previewHtml")
    activities.until(lambda: text_view.geometry().right() < html_view.geometry().left())
    assert not activities.visible("previewTabs")


def test_the_preview_says_what_is_wrong_in_its_place(activities):
    activities.have("Nightly")
    activities.open()
    activities.open_card("Nightly")
    activities.enter("textBodyField", "{{ day }")
    activities.show_tab("Preview")
    activities.until(lambda: activities.words("previewProblem"))
    assert not activities.visible("previewText")
    activities.show_tab("Text")
    activities.enter("textBodyField", "{{ day }}")
    activities.show_tab("Preview")
    activities.until(lambda: activities.field("previewText").toPlainText() == "day")
    assert not activities.words("previewProblem")


def test_the_body_is_previewed_before_there_is_a_recipient(activities):
    activities.open()
    activities.create()
    activities.enter("textBodyField", "Hello {{ name }}")
    activities.show_tab("Preview")
    activities.until(
        lambda: activities.visible("previewText") and activities.field("previewText").toPlainText() == "Hello name"
    )
    assert activities.words("previewProblem")


@pytest.mark.parametrize(
    ("to", "sample"),
    [
        ("{{ user }}", "user@example.com"),
        ("ops@company.example, {{user}}", "user@example.com"),
        ("{{ user }}@company.example", "user"),
        ("ops@company.example", "user"),
    ],
)
def test_a_sample_is_an_address_where_one_is_needed(to, sample):
    assert sample_value("user", ActivityDraft(to=to)) == sample


def test_pictures_from_outside_are_reported(activities):
    activities.have("Nightly", html='<p>x</p><img src="http://tracker.example/x.png">')
    activities.open()
    activities.open_card("Nightly")
    activities.show_tab("Preview")
    activities.until(lambda: activities.words("picturesHint"))
