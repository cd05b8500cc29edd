"""SMTPs and activities that are just there, however they came there."""

from typing import Any

from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.errors import NoSuchActivity, NoSuchProfile
from smtp_desktop.domain.smtp.profile import SmtpProfile


def put(store: Any, item: SmtpProfile | Activity) -> None:
    """Stores `item`, in the place of what has its id. Its secrets need not have been announced."""
    try:
        before = store.get(item.id)
    except (NoSuchProfile, NoSuchActivity):
        before = None
    if isinstance(item, SmtpProfile):
        for ref in set(item.secret_refs.values()) - set(before.secret_refs.values() if before else ()):
            store.announce_secret(ref)
    if before:
        store.change(item.id, lambda _: item)
    else:
        store.add(lambda _: item)
