"""The fields of an activity."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy

from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.delivery.age_limit import age_limit_s, age_limit_text
from smtp_desktop.domain.smtp.profile import DESCRIPTION_LIMIT, NAME_LIMIT, ProfileId, SmtpProfile, default_of
from smtp_desktop.ui.activities.attachments import AttachmentsField
from smtp_desktop.ui.activities.body import ActivityBody
from smtp_desktop.ui.widgets.field import LabelledField
from smtp_desktop.ui.widgets.fields import BoxField, CopyLine, TextArea
from smtp_desktop.ui.widgets.popups import ComboBox


class ProfileChoice(ComboBox):
    """A choice among the SMTPs; the first entry stands for none of them."""

    def __init__(self) -> None:
        super().__init__()
        self._ids: tuple[ProfileId | None, ...] = (None,)
        self._labels = [""]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # A long name must not widen the panel.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.addItem("")

    def offer(self, first: str, profiles: Sequence[SmtpProfile]) -> None:
        """Offers `first`, which stands for none, and `profiles`. The choice stays, or becomes none if it is gone."""
        labels = [first, *(profile.name for profile in profiles)]
        ids = (None, *(profile.id for profile in profiles))
        if (ids, labels) == (self._ids, self._labels):
            return  # an open list would close
        chosen = self.chosen
        with QSignalBlocker(self):
            self.clear()
            self.addItems(labels)
        self._ids, self._labels = ids, labels
        self.choose(chosen)

    def words_for(self, profile_id: ProfileId | None) -> str:
        """Returns the label of an SMTP, or of none of them; its id where it is not offered."""
        return dict(zip(self._ids, self._labels, strict=True)).get(profile_id, str(profile_id))

    @property
    def chosen(self) -> ProfileId | None:
        """The chosen SMTP; None for the first entry."""
        return self._ids[max(0, self.currentIndex())]

    def choose(self, profile_id: ProfileId | None) -> None:
        """Chooses an SMTP, or none if it is not offered."""
        self.setCurrentIndex(self._ids.index(profile_id) if profile_id in self._ids else 0)


_DESCRIPTION_PX = 76
_HEADERS_PX = 56


class ActivityFields(QObject):
    """All fields of an activity. `draft` reads them, `show` fills them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._name = QLineEdit()
        self.name = LabelledField("name", self.tr("Name"), self._name, required=True, limit=NAME_LIMIT)
        self._smtp, self._backup = ProfileChoice(), ProfileChoice()
        self.smtp = LabelledField("smtp", self.tr("SMTP"), self._smtp)
        self.backup = LabelledField("backup_smtp", self.tr("Backup SMTP"), self._backup)
        self.backup.set_hint(self.tr("Takes over when the SMTP itself can't send."))
        self._make_envelope()
        self.body = ActivityBody()
        self._make_rest()
        # A change of one of them often corrects the other.
        self.smtp.edited.connect(lambda: self.backup.set_error(""))
        self.backup.edited.connect(lambda: self.smtp.set_error(""))

    def _make_envelope(self) -> None:
        self._to, self._cc, self._bcc, self._subject = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self._reply_to = QLineEdit()
        self._subject.setProperty("mono", True)
        self.to = LabelledField("to", self.tr("To"), self._to, required=True)
        self._to.setPlaceholderText(self.tr("ops@company.example, {{ customer }}"))
        self.cc = LabelledField("cc", self.tr("Cc"), self._cc)
        self.bcc = LabelledField("bcc", self.tr("Bcc"), self._bcc)
        self.reply_to = LabelledField("reply_to", self.tr("Reply-To"), self._reply_to)
        self._reply_to.setPlaceholderText(self.tr("As the From Address"))
        self.subject = LabelledField("subject", self.tr("Subject"), self._subject, required=True)

    def _make_rest(self) -> None:
        self.attachments = AttachmentsField()
        self._headers = TextArea(_HEADERS_PX)
        self._headers.setProperty("mono", True)
        self.headers = LabelledField("headers", self.tr("Headers"), self._headers)
        self.headers.set_hint(self.tr("Further header fields, one a line, for example X-Job: {{ job }}"))
        self._expire_after = QLineEdit()
        self._expire_after.setPlaceholderText(self.tr("As in Settings"))
        self.expire_after = LabelledField("expire_after", self.tr("Expire after"), self._expire_after)
        self.expire_after.set_hint(
            self.tr("Hours or days, for example 12h or 2d. A message that can't be sent within this time is given up.")
        )
        self.enabled = BoxField("enabled", self.tr("Enabled"))
        self.enabled.set_hint(self.tr("When this is off, the activity can't be triggered."))
        self._description = TextArea(_DESCRIPTION_PX)
        self.description = LabelledField(
            "description", self.tr("Description"), self._description, limit=DESCRIPTION_LIMIT
        )
        self.script_line = CopyLine(self.tr("the command"))
        self.script = LabelledField("script", self.tr("Run it from a script"), self.script_line)
        self.script_line.button.setObjectName("copyScriptButton")

    def by_name(self) -> dict[str, LabelledField | BoxField]:
        """Returns the fields by their names in the domain, from top to bottom of the form."""
        return {
            "name": self.name,
            "smtp_id": self.smtp,
            "backup_id": self.backup,
            "to": self.to,
            "cc": self.cc,
            "bcc": self.bcc,
            "reply_to": self.reply_to,
            "subject": self.subject,
            "text": self.body.text,
            "html": self.body.html,
            "attachments": self.attachments,
            "headers": self.headers,
            "expire_after_s": self.expire_after,
            "enabled": self.enabled,
            "description": self.description,
        }

    def offer(self, profiles: Sequence[SmtpProfile]) -> None:
        """Offers these SMTPs. The choices stay if they are among them."""
        chosen = default_of(profiles)
        default = chosen.name if chosen else ""
        self._smtp.offer(default_words(default), profiles)
        self._backup.offer(self.tr("None"), profiles)

    def draft(self) -> ActivityDraft:
        """Returns the content of the fields."""
        return ActivityDraft(
            name=self._name.text(),
            description=self._description.toPlainText(),
            smtp_id=self._smtp.chosen,
            backup_id=self._backup.chosen,
            to=self._to.text(),
            cc=self._cc.text(),
            bcc=self._bcc.text(),
            reply_to=self._reply_to.text(),
            subject=self._subject.text(),
            text=self.body.text_area.toPlainText(),
            html=self.body.html_area.toPlainText(),
            attachments=self.attachments.text,
            headers=self._headers.toPlainText(),
            expire_after_s=age_limit_s(self._expire_after.text()),
            enabled=self.enabled.checked,
        )

    def show(self, draft: ActivityDraft) -> None:
        """Fills the fields from `draft`. The cursor stays in fields that do not change."""
        lines = {
            self._name: draft.name,
            self._to: draft.to,
            self._cc: draft.cc,
            self._bcc: draft.bcc,
            self._reply_to: draft.reply_to,
            self._subject: draft.subject,
        }
        for line, typed in lines.items():
            if line.text() != typed:
                line.setText(typed)
                line.setCursorPosition(0)
        areas = {
            self.body.text_area: draft.text,
            self.body.html_area: draft.html,
            self._description: draft.description,
            self._headers: draft.headers,
        }
        for area, typed in areas.items():
            if area.toPlainText() != typed:
                area.setPlainText(typed)
        if age_limit_s(self._expire_after.text()) != draft.expire_after_s:
            self._expire_after.setText(age_limit_text(draft.expire_after_s) if draft.expire_after_s else "")
        self.attachments.show_text(draft.attachments)
        self._smtp.choose(draft.smtp_id)
        self._backup.choose(draft.backup_id)
        self.enabled.box.setChecked(draft.enabled)


def default_words(default: str) -> str:
    """Returns the entry for the default SMTP; `default` is its name, empty if there is none."""
    if default:
        return QCoreApplication.translate("ActivityFields", "Default SMTP ({name})").format(name=default)
    return QCoreApplication.translate("ActivityFields", "Default SMTP (none yet)")
