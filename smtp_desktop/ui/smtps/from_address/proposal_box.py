"""The box below the mail address: what was found for it, where that is from, and what may be done with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from smtp_desktop.domain.discovery.found import Found, Option, looked_up_text
from smtp_desktop.domain.discovery.proposal import Origin, Proposal, Source, how_text, server_text, source_text
from smtp_desktop.domain.discovery.typed_address import written_domain
from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.widgets.labels import Caption, ElidedLabel, LinkButton
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.popups import Menu


class ProposalBox(QFrame):
    """Shows one option of what was found, and lists the others. Hidden while there is nothing to say. Its `objectName`
    is `proposal`."""

    use_asked = Signal()
    option_asked = Signal(int)
    """Another option is to be shown. Carries its place."""
    further_asked = Signal()
    """The user agrees that the domain's web server is asked, and the servers that were found."""
    refused = Signal()
    by_hand_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("proposal")
        self.setProperty("area", "advice")
        self.setProperty("tone", "info")
        # Names of domains and hosts have no place to break a line.
        self._title, self._server = ElidedLabel("adviceTitle"), ElidedLabel("adviceText")
        self._title.setObjectName("proposalTitle")
        self._server.setObjectName("proposalServer")
        self._how = _line("proposalHow")
        self._notes = _line("proposalNotes")
        self._sources = _line("proposalSources", "muted")
        self._looked_up = _line("proposalLookedUp", "muted")
        self._question = _line("proposalQuestion")
        self.use, self.other = _button("useProposalButton"), _button("otherProposalButton")
        self.use.setProperty("lead", True)
        self.further, self.refuse = _button("lookFurtherButton"), _button("doNotLookButton")
        self.by_hand = LinkButton(self.tr("Fill in by hand"))
        self.by_hand.setObjectName("byHandLink")
        self._menu = Menu(self, "otherProposalsMenu", self.tr("Other settings"))
        self._name_buttons()
        self._lay_out()
        self._connect()
        self.hide()

    def _name_buttons(self) -> None:
        for button, words in (
            (self.use, self.tr("Use it")),
            (self.other, self.tr("Other…")),
            (self.further, self.tr("Look further")),
            (self.refuse, self.tr("No")),
        ):
            button.setText(words)
            button.setAccessibleName(words)
        self.refuse.setAccessibleName(self.tr("No, do not look further"))

    def _lay_out(self) -> None:
        act, ask = WrapLayout(), WrapLayout()
        for row in (act, ask):
            row.setSpacing(8)
        act.addWidget(self.use)
        act.addWidget(self.other)
        act.addStretch(1)
        act.addWidget(self.by_hand)
        ask.addWidget(self.further)
        ask.addWidget(self.refuse)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        # What to know about it stands above the button that takes it.
        for label in (self._title, self._server, self._how, self._notes, self._looked_up):
            column.addWidget(label)
        column.addSpacing(2)
        column.addLayout(act)
        column.addSpacing(2)
        for label in (self._sources, self._question):
            column.addWidget(label)
        column.addLayout(ask)

    def _connect(self) -> None:
        self.use.clicked.connect(self.use_asked)
        self.other.clicked.connect(lambda: self._menu.popup(self.other.mapToGlobal(self.other.rect().bottomLeft())))
        self.further.clicked.connect(self.further_asked)
        self.refuse.clicked.connect(self.refused)
        self.by_hand.clicked.connect(self.by_hand_asked)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab stops at, in reading order."""
        return (self.use, self.other, self.by_hand, self.further, self.refuse)

    def show_searching(self, domain: str) -> None:
        """Shows that the domain is being looked up."""
        self._title.show_words(self.tr("Looking up {domain}…").format(domain=domain))
        self._server.hide()
        for label in (self._how, self._notes, self._looked_up, self._sources):
            label.show_text("")
        self._ask("")
        self.use.hide()
        self.other.hide()
        self.show()

    def show_found(self, found: Found, at: int, *, asks: bool) -> None:
        """Shows the option at that place of what was found; with `asks` also the question whether to look further."""
        domain = written_domain(found.address.domain)
        option = found.options[at] if found.options else None
        title = self.tr("Found for {domain}") if option else self.tr("Nothing found for {domain}")
        self._title.show_words(title.format(domain=domain))
        self._show_option(option)
        self._looked_up.show_text(shown(looked_up_text(found)) if at == 0 else self._answer(found.options[at]))
        self._fill_menu(found)
        self.use.setVisible(option is not None)
        self.other.setVisible(option is not None)
        self._ask(self._question_of(found) if asks else "")
        self.show()
        labels = (self._title, self._server, self._how, self._looked_up)
        announce(self, " ".join(label.accessibleName() or label.text() for label in labels if not label.isHidden()))

    def _show_option(self, option: Option | None) -> None:
        proposal = option.proposal if option else None
        self._server.show_words(server_text(proposal) if proposal else "")
        self._server.setVisible(proposal is not None)
        self._how.show_text(shown(how_text(proposal)) if proposal else "")
        self._notes.show_text("\n".join(shown(note) for note in proposal.notes) if proposal else "")
        self._sources.show_text(self._sources_of(proposal) if proposal else "")

    def _sources_of(self, proposal: Proposal) -> str:
        """Returns where the values come from; "" where all of them are from one source, which is said already."""
        if set(proposal.sources.values()) == {proposal.source} or proposal.source.origin is Origin.LIST:
            return "" if proposal.source.origin is Origin.LIST else self._from(self.tr("All"), proposal.source)
        parts = [self._from(self.tr("Server"), proposal.source)]
        if proposal.sign_in_source == proposal.user_name_source or not proposal.auth_required:
            parts.append(self._from(self.tr("Sign-in"), proposal.sign_in_source))
        else:
            parts.append(self._from(self.tr("Sign-in"), proposal.sign_in_source))
            parts.append(self._from(self.tr("User Name"), proposal.user_name_source))
        return "\n".join(parts)

    def _from(self, part: str, source: Source) -> str:
        return self.tr("{part}: {source}").format(part=part, source=shown(source_text(source)))

    def _answer(self, option: Option) -> str:
        if option.failure:
            return shown(option.failure.message)
        return self.tr("The server answered.") if option.answers else self.tr("The server was not tried.")

    def _question_of(self, found: Found) -> str:
        if found.best:
            words = self.tr("Ask the web server of {domain} as well, and try the server? Only the domain is sent.")
        else:
            words = self.tr("Ask the web server of {domain}? Only the domain is sent.")
        return words.format(domain=found.address.domain)

    def _ask(self, question: str) -> None:
        self._question.show_text(question)
        self.further.setVisible(bool(question))
        self.refuse.setVisible(bool(question))

    def _fill_menu(self, found: Found) -> None:
        self._menu.clear()
        form = self.tr("{server} · {how} · {answer}")
        for place, option in enumerate(found.options):
            words = form.format(
                server=server_text(option.proposal), how=shown(how_text(option.proposal)), answer=self._brief(option)
            )
            action = self._menu.add(f"proposal{place}Action", words)
            action.triggered.connect(lambda _=False, place=place: self.option_asked.emit(place))
        if not found.went_further:
            self._menu.addSeparator()
            action = self._menu.add("lookFurtherAction", self.tr("Look further…"))
            action.triggered.connect(lambda _=False: self.further_asked.emit())

    def _brief(self, option: Option) -> str:
        if option.timeline is None:
            return self.tr("not tried")
        return self.tr("answered") if option.answers else self.tr("no answer")


def _line(name: str, role: str = "adviceText") -> Caption:
    label = Caption(role, wraps=True)
    label.setObjectName(name)
    return label


def _button(name: str) -> QPushButton:
    button = styled_button("", "small")
    button.setObjectName(name)
    button.setAutoDefault(True)  # outside of dialogs, Enter presses only auto-default buttons
    return button
