"""The preview in the panel of an activity."""

import pytest
from activity_panel_hand import create

from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.ui.activities.template_look import sample_value


def test_the_preview_fills_in_samples_and_follows_them(desk):
    desk.have("Nightly", subject="Report for {{ day }}", text="{{ rows }} rows", html="<p>{{ rows }} <b>rows</b></p>")
    desk.open()
    desk.open_card("Nightly")
    desk.show_tab("Preview")
    desk.until(lambda: "Report for day" in desk.words("previewHead"))
    assert desk.field("valueField_day").text() == "day"
    desk.enter("valueField_rows", "<i>12</i>")
    desk.until(lambda: desk.field("previewText").toPlainText() == "<i>12</i> rows")
    desk.show_tab("HTML", "previewTabs")
    # What a value holds is no markup.
    desk.until(lambda: desk.field("previewHtml").toPlainText() == "<i>12</i> rows")
    assert not desk.panel.is_changed()


def test_text_and_html_stand_side_by_side_where_there_is_room(desk):
    desk.have("Nightly", html="<p>x</p>")
    desk.open(panel_width=640)
    desk.open_card("Nightly")
    desk.show_tab("Preview")
    desk.until(lambda: desk.visible("previewHtml"))
    text_view, html_view = desk.field("previewText"), desk.field("previewHtml")
    desk.until(lambda: text_view.geometry().right() < html_view.geometry().left())
    assert not desk.visible("previewTabs")


def test_the_preview_says_what_is_wrong_in_its_place(desk):
    desk.have("Nightly")
    desk.open()
    desk.open_card("Nightly")
    desk.enter("textBodyField", "{{ day }")
    desk.show_tab("Preview")
    desk.until(lambda: desk.words("previewProblem"))
    assert not desk.visible("previewText")
    desk.show_tab("Text")
    desk.enter("textBodyField", "{{ day }}")
    desk.show_tab("Preview")
    desk.until(lambda: desk.field("previewText").toPlainText() == "day")
    assert not desk.words("previewProblem")


def test_the_body_is_previewed_before_there_is_a_recipient(desk):
    desk.open()
    create(desk)
    desk.enter("textBodyField", "Hello {{ name }}")
    desk.show_tab("Preview")
    desk.until(lambda: desk.visible("previewText") and desk.field("previewText").toPlainText() == "Hello name")
    assert desk.words("previewProblem")


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


def test_pictures_from_outside_are_told_of(desk):
    desk.have("Nightly", html='<p>x</p><img src="http://tracker.example/x.png">')
    desk.open()
    desk.open_card("Nightly")
    desk.show_tab("Preview")
    desk.until(lambda: desk.words("picturesHint"))
