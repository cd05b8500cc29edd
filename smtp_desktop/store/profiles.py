"""SMTPs in SQLite."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from smtp_desktop.domain.checks.health import endpoint_of
from smtp_desktop.domain.errors import FieldError, FieldErrors, NoSuchProfile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import (
    AppCredential,
    Cloud,
    EnvelopeSender,
    GenericServer,
    GraphMailbox,
    ProfileId,
    ProfileType,
    SecretField,
    SignIn,
    SmtpProfile,
    refuse_wrong_default,
)
from smtp_desktop.domain.smtp.tags import tags_of, typed_tags
from smtp_desktop.store.database import Database
from smtp_desktop.store.known import known, known_date
from smtp_desktop.store.stale_secrets import mark_stale_secrets, refuse_lost_secrets

_SERVER_COLUMNS = (
    "host_name",
    "smtp_port",
    "tls",
    "auth_required",
    "envelope_sender",
    "trusted_ca_pem",
    "trusted_fingerprint",
    "ehlo_name",
)
_MAILBOX_COLUMNS = ("cloud", "authority", "graph_url")
_CLIENT_COLUMNS = tuple(field.name for field in fields(OAuthClient))
_REF_COLUMNS = tuple(f"{field}_ref" for field in SecretField)
_COLUMNS = (
    *("id", "name", "sort_name", "type", "is_default", "from_address", "signature", "description", "tags"),
    *("user_name", "sign_in", *_SERVER_COLUMNS, *_CLIENT_COLUMNS, *_MAILBOX_COLUMNS),
    *("app_credential", "app_certificate", "app_certificate_until"),
    *("next_app_certificate", "next_app_certificate_until", "client_secret_valid_until"),
    *_REF_COLUMNS,
    *(field.name for field in fields(SendLimits)),
)
_PUT = f"""
INSERT INTO smtp ({", ".join(_COLUMNS)}) VALUES ({", ".join(f":{name}" for name in _COLUMNS)})
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}
"""  # noqa: S608 - of this module's own names

_DAY_S = 86_400
_ANNOUNCE = "INSERT OR REPLACE INTO stale_secret (ref, announced_at) VALUES (?, unixepoch())"
_ABANDON = "UPDATE stale_secret SET announced_at = NULL WHERE announced_at <= unixepoch() - ?"
_STALE = "SELECT ref FROM stale_secret WHERE ref NOT IN (SELECT ref FROM kept_secret)"


class SqliteProfiles:
    """Keeps SMTPs. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Sequence[SmtpProfile]:
        """Returns every SMTP, the default first, then by name in natural order."""
        with self._database.read() as connection:
            return all_profiles(connection)

    def get(self, profile_id: ProfileId) -> SmtpProfile:
        """Returns the SMTP. Raises NoSuchProfile."""
        with self._database.read() as connection:
            return _existing(connection, profile_id)

    def named(self, name: str) -> SmtpProfile | None:
        """Returns the SMTP of that name, ignoring case; None where there is none."""
        if not name.isascii():  # no name is otherwise, and SQLite takes no broken characters
            return None
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM smtp WHERE name = ?", [name]).fetchone()
            return profile_of(row) if row else None

    def add(self, make: Callable[[Sequence[SmtpProfile]], SmtpProfile]) -> SmtpProfile:
        """Inserts what `make` returns; see `ProfileStore.add`."""
        with self._database.write() as connection:
            return _put(connection, None, make(all_profiles(connection)))

    def change(self, profile_id: ProfileId, change: Callable[[SmtpProfile], SmtpProfile]) -> SmtpProfile:
        """Changes the SMTP to what `change` makes of it; see `ProfileStore.change`."""
        with self._database.write() as connection:
            before = _existing(connection, profile_id)
            after = change(before)
            return before if after == before else _put(connection, before, after)

    def delete(
        self, profile_id: ProfileId, *, new_default: ProfileId | None, keep_secrets: bool = False
    ) -> SmtpProfile:
        """Deletes the SMTP with its history; see `ProfileStore.delete`."""
        with self._database.write() as connection:
            before = _existing(connection, profile_id)
            connection.execute("DELETE FROM smtp WHERE id = ?", [profile_id])
            if new_default is not None:
                _existing(connection, new_default)
            left = connection.execute("SELECT count(*) FROM smtp").fetchone()[0]
            refuse_wrong_default(before, new_default=new_default, left=left)
            if new_default is not None:
                connection.execute("UPDATE smtp SET is_default = 1 WHERE id = ?", [new_default])
            mark_stale_secrets(connection, before=_refs(before), after=frozenset())
            if not keep_secrets:
                connection.executemany("DELETE FROM kept_secret WHERE ref = ?", [[ref] for ref in _refs(before)])
            forget_unused_server(connection, before)
            return before

    def announce_secret(self, ref: SecretRef) -> None:
        """Makes `ref` stale until an SMTP that uses it is put."""
        with self._database.write() as connection:
            connection.execute(_ANNOUNCE, [ref])

    def stale_secrets(self) -> Sequence[SecretRef]:
        """Returns the places of secrets that no SMTP uses and that are still to be erased."""
        with self._database.read() as connection:
            rows = connection.execute(f"{_STALE} ORDER BY ref")
            return tuple(SecretRef(row["ref"]) for row in rows)

    def abandon_secrets(self) -> Sequence[SecretRef]:
        """Gives up what was announced more than a day ago, and returns all that nobody can use any more."""
        with self._database.write() as connection:
            connection.execute(_ABANDON, [_DAY_S])
            rows = connection.execute(f"{_STALE} AND announced_at IS NULL ORDER BY ref")
            return tuple(SecretRef(row["ref"]) for row in rows)

    def forget_secret(self, ref: SecretRef) -> None:
        """Removes `ref` from the stale places: its secret is erased."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM stale_secret WHERE ref = ?", [ref])


def all_profiles(connection: sqlite3.Connection) -> Sequence[SmtpProfile]:
    """Returns every SMTP, the default first, then by name in natural order."""
    rows = connection.execute("SELECT * FROM smtp ORDER BY is_default DESC, sort_name, name")
    return tuple(profile_of(row) for row in rows)


def _put(connection: sqlite3.Connection, before: SmtpProfile | None, after: SmtpProfile) -> SmtpProfile:
    refuse_lost_secrets(connection, before=_refs(before), after=_refs(after))
    write_profile(connection, after)
    mark_stale_secrets(connection, before=_refs(before), after=_refs(after))
    if before:
        forget_unused_server(connection, before)
    return _existing(connection, after.id)


def write_profile(connection: sqlite3.Connection, profile: SmtpProfile) -> None:
    """Writes the SMTP; where it is the default, no other one is any longer. Its secrets are the caller's to look after.
    Raises FieldErrors for a taken name."""
    _refuse_taken_name(connection, profile)
    if profile.is_default:
        connection.execute("UPDATE smtp SET is_default = 0 WHERE is_default = 1 AND id <> ?", [profile.id])
    connection.execute(_PUT, _row(profile))


def _refuse_taken_name(connection: sqlite3.Connection, profile: SmtpProfile) -> None:
    taken = connection.execute("SELECT 1 FROM smtp WHERE name = ? AND id <> ?", [profile.name, profile.id])
    if taken.fetchone():
        raise FieldErrors((FieldError(field="name", message=msg("Another SMTP already has this name.")),))


def _existing(connection: sqlite3.Connection, profile_id: ProfileId) -> SmtpProfile:
    row = connection.execute("SELECT * FROM smtp WHERE id = ?", [profile_id]).fetchone()
    if row is None:
        raise NoSuchProfile(msg("This SMTP no longer exists."))
    return profile_of(row)


def _refs(profile: SmtpProfile | None) -> set[SecretRef]:
    return set(profile.secret_refs.values()) if profile else set()


def forget_unused_server(connection: sqlite3.Connection, before: SmtpProfile) -> None:
    """Deletes what is known about the server of `before`, unless an SMTP still uses that server."""
    server = endpoint_of(before.server)
    rows: Iterable[sqlite3.Row] = connection.execute("SELECT * FROM smtp WHERE type = 'generic'")
    if server is None or any(endpoint_of(profile_of(row).server) == server for row in rows):
        return
    connection.execute("DELETE FROM server_fact WHERE host = ? AND port = ?", server)
    connection.execute("DELETE FROM pipelining_denylist WHERE host = ? AND port = ?", server)
    connection.execute("DELETE FROM mechanism_denylist WHERE host = ? AND port = ?", server)


def profile_of(row: sqlite3.Row) -> SmtpProfile:
    """Returns the SMTP in `row`, which holds every column."""
    return SmtpProfile(
        id=ProfileId(row["id"]),
        name=row["name"],
        server=_generic(row) if row["type"] == ProfileType.GENERIC else _graph(row),
        is_default=bool(row["is_default"]),
        from_address=row["from_address"],
        signature=row["signature"],
        description=row["description"],
        tags=tags_of(row["tags"]),
        limits=SendLimits(
            per_minute=row["per_minute"],
            per_hour=row["per_hour"],
            per_day=row["per_day"],
            connections=row["connections"],
            mails_per_connection=row["mails_per_connection"],
        ),
        version=row["version"],
        settings_version=row["settings_version"],
    )


def _generic(row: sqlite3.Row) -> GenericServer:
    return GenericServer(
        host_name=row["host_name"],
        smtp_port=row["smtp_port"],
        tls=bool(row["tls"]),
        auth_required=bool(row["auth_required"]),
        user_name=row["user_name"],
        envelope_sender=known(EnvelopeSender, row["envelope_sender"]) or EnvelopeSender.USER,
        sign_in=known(SignIn, row["sign_in"]) or SignIn.PASSWORD,
        oauth=_client(row),
        trusted_ca_pem=row["trusted_ca_pem"],
        trusted_fingerprint=row["trusted_fingerprint"],
        ehlo_name=row["ehlo_name"],
        service_account_ref=row["service_account_ref"],
        tokens_ref=row["tokens_ref"],
        **_app(row),
    )


def _client(row: sqlite3.Row) -> OAuthClient | None:
    provider = known(OAuthProvider, row["provider"])
    if provider is None:
        return None
    typed = {name: row[name] or "" for name in _CLIENT_COLUMNS if name != "provider"}
    return OAuthClient(provider=provider, **typed)


def _graph(row: sqlite3.Row) -> GraphMailbox:
    return GraphMailbox(
        user_name=row["user_name"],
        tenant_id=row["tenant_id"],
        client_id=row["client_id"],
        sign_in=known(SignIn, row["sign_in"]) or SignIn.APP_ONLY,
        cloud=known(Cloud, row["cloud"]) or Cloud.CUSTOM,  # whose address is missing then: no secret goes anywhere
        authority=row["authority"],
        graph_url=row["graph_url"],
        **_app(row),
    )


def _app(row: sqlite3.Row) -> dict[str, Any]:
    """Returns the fields that both kinds of servers have."""
    return {
        "client_secret_valid_until": known_date(row["client_secret_valid_until"]),
        "app_credential": known(AppCredential, row["app_credential"]) or AppCredential.SECRET,
        "app_certificate": _certificate(row, "app_certificate"),
        "next_app_certificate": _certificate(row, "next_app_certificate"),
        "password_ref": row["password_ref"],
        "client_secret_ref": row["client_secret_ref"],
        "certificate_ref": row["certificate_ref"],
        "next_certificate_ref": row["next_certificate_ref"],
    }


def _certificate(row: sqlite3.Row, column: str) -> AppCertificate | None:
    last_day = known_date(row[f"{column}_until"])
    return AppCertificate(pem=row[column], valid_until=last_day) if row[column] and last_day else None


def _row(profile: SmtpProfile) -> dict[str, str | int | None]:
    """Returns a value for every column; the columns that its server does not have are None."""
    server = profile.server
    row: dict[str, str | int | None] = dict.fromkeys(_COLUMNS)
    row |= {
        "id": profile.id,
        "name": profile.name,
        "type": profile.type,
        "is_default": profile.is_default,
        "from_address": profile.from_address,
        "signature": profile.signature,
        "description": profile.description,
        "tags": typed_tags(profile.tags),
        "sort_name": natural_key(profile.name),
        "user_name": server.user_name,
        "sign_in": server.sign_in,
        "client_secret_valid_until": _day(server.client_secret_valid_until),
        "app_credential": server.app_credential,
        **_certificate_columns("app_certificate", server.app_certificate),
        **_certificate_columns("next_app_certificate", server.next_app_certificate),
        **asdict(profile.limits),
        **{name: getattr(server, name, None) for name in _REF_COLUMNS},
    }
    match server:
        case GenericServer():
            row |= {name: getattr(server, name) for name in _SERVER_COLUMNS}
            row |= asdict(server.oauth) if server.oauth else {}
        case GraphMailbox():
            row |= {name: getattr(server, name) for name in ("tenant_id", "client_id", *_MAILBOX_COLUMNS)}
    return row


def _certificate_columns(column: str, certificate: AppCertificate | None) -> dict[str, str | None]:
    return {
        column: certificate.pem if certificate else None,
        f"{column}_until": _day(certificate.valid_until) if certificate else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
