"""An SMTP that was imported without its password: the card and the panel say what it needs."""

from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.ui.cards.card import Tone

URLS = b"smtp://ann%40company.example@smtp.company.example:587\n"


def test_the_card_and_the_panel_say_what_it_needs_until_it_is_entered(gui):
    preview = gui.services.imports.look([SourceFile(path="urls.txt", content=URLS)])
    gui.services.imports.run(preview, preview.proposed())
    gui.open()
    gui.until(lambda: gui.window.smtps.is_loaded)
    name = "Smtp_company_example"
    card = gui.card(name)
    assert (card.tone, card.status) == (Tone.WARN, "Needs a password")
    gui.open_card(name)
    gui.until(lambda: gui.visible("whyBox", gui.panel))
    assert gui.words(gui.field("whyBox")).splitlines()[:2] == [
        "Needs a password",
        f"{name} has no password yet. Enter it and save.",
    ]
    gui.click_panel("whyEditFaultButton")
    gui.write("s3cret")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.card(name).status == "Never tested")
    gui.until(lambda: not gui.visible("whyBox", gui.panel))
    assert [secret.reveal() for secret in gui.vault.secrets.values()] == ["s3cret"]
