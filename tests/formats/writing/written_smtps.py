"""SMTPs to write for other programs."""

from collections.abc import Sequence
from typing import Any

from smtp_desktop.domain.declared.other_programs import ExportedSmtp, ProgramExport, ProgramFormat
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, ProfileId, SecretField, SmtpProfile
from smtp_desktop.formats.registry import Formats
from smtp_desktop.formats.writing.registry import Writers

AWKWARD = "p@ss: 'w%rd#$HOME \\\"/ü"


def smtp(name: str = "Reports", password: str | None = None, **values: Any) -> ExportedSmtp:
    """Returns an SMTP that signs in; with a password where that is to be written."""
    of_profile = {key: values.pop(key) for key in ("from_address", "is_default") if key in values}
    server = GenericServer(**{"host_name": "smtp.company.example", "user_name": "reports@company.example", **values})
    profile = SmtpProfile(id=ProfileId(name), name=name, server=server, **of_profile)
    return ExportedSmtp(profile=profile, secrets={SecretField.PASSWORD: Secret(password)} if password else {})


def relay(name: str = "Relay", **values: Any) -> ExportedSmtp:
    """Returns an SMTP that neither encrypts nor signs in."""
    plain: dict[str, Any] = {"host_name": "relay", "smtp_port": 25, "tls": False, "auth_required": False}
    return smtp(name, user_name="", from_address="relay@company.example", **{**plain, **values})


def mailbox() -> ExportedSmtp:
    """Returns a Microsoft 365 mailbox."""
    server = GraphMailbox(user_name="box@company.example", tenant_id="t", client_id="c")
    return ExportedSmtp(profile=SmtpProfile(id=ProfileId("box"), name="Box", server=server))


def written(program_format: ProgramFormat, *smtps: ExportedSmtp) -> ProgramExport:
    return Writers().write(smtps, program_format)


def read_again(export: ProgramExport) -> list[dict[str, Any]]:
    """Returns what the readers of formats find in the files."""
    files = [SourceFile(path=one.name, content=one.text.encode()) for one in export.files]
    sources = Formats().read(files)
    assert [one.reason for source in sources for one in source.unreadable] == []
    return [_plain(found.draft) for source in sources for found in source.found]


def texts(export: ProgramExport) -> dict[str, Sequence[str]]:
    """Returns the lines of each file, without comments."""
    return {
        one.name: [line for line in one.text.splitlines() if line and not line.startswith("#")] for one in export.files
    }


def _plain(draft: Any) -> dict[str, Any]:
    return {
        "host": draft.host_name,
        "port": draft.smtp_port,
        "tls": draft.tls,
        "user": draft.user_name if draft.auth_required else "",
        "password": draft.password.reveal() if draft.password else None,
        "from": draft.from_address,
    }
