"""smtp-desktop smtp"""

import click

from smtp_desktop.cli.lazy_group import LazyGroup


@click.group(
    cls=LazyGroup,
    modules={
        "list": "smtp.overview:list_all",
        "show": "smtp.overview:show",
        "set": "declared.smtp_set:set_smtp",
        "create": "smtp.profiles:create",
        "edit": "smtp.edit:edit",
        "duplicate": "smtp.profiles:duplicate",
        "delete": "smtp.delete:delete",
        "replace-password": "smtp.replace_password:replace_password",
        "import": "imports.import_command:import_files",
        "compare": "smtp.compare:compare",
        "export": "smtp.export:export",
        "set-default": "smtp.profiles:set_default",
        "pause": "smtp.holds:pause",
        "resume": "smtp.holds:resume",
        "check": "smtp.test:check",
        "test": "smtp.test:test",
        "mailbox": "smtp.mailbox:mailbox",
        "expiry": "smtp.expiry:expiry",
        "find-settings": "smtp.find_settings:find_settings",
        "history": "smtp.history:history",
        "trust": "smtp.trust:trust",
        "sign-in": "sign_in.sign_in:sign_in",
        "sign-out": "sign_in.sign_in:sign_out",
        "certificate": "sign_in.certificate:certificate",
        "rbac": "sign_in.rbac:rbac",
    },
    aliases={"default": "set-default", "dates": "expiry"},
)
def smtp() -> None:
    """Manage SMTPs, the accounts that send your mail."""
