"""SMTPs in SQLite."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict

from smtp_desktop.domain.checks.health import endpoint_of
from smtp_desktop.domain.errors import FieldError, FieldErrors, NoSuchProfile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.natural_order import natural_key
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import (
    Cloud,
    EnvelopeSender,
    GenericServer,
    GraphMailbox,
    ProfileId,
    ProfileType,
    SignIn,
    SmtpProfile,
    refuse_wrong_default,
)
from smtp_desktop.domain.smtp.tags import tags_of, typed_tags
from smtp_desktop.store.database import Database
from smtp_desktop.store.known import known, known_date
from smtp_desktop.store.stale_secrets import mark_stale_secrets, refuse_lost_secrets

_PUT = """
INSERT INTO smtp (
    id, name, type, is_default, from_address, signature, description, user_name, password_ref,
    host_name, smtp_port, tls, auth_required, envelope_sender, trusted_ca_pem, trusted_fingerprint,
    tenant_id, client_id, sign_in, client_secret_ref, cloud, authority, graph_url, client_secret_valid_until,
    ehlo_name, per_minute, per_hour, per_day, connections, mails_per_connection, tags, sort_name
) VALUES (
    :id, :name, :type, :is_default, :from_address, :signature, :description, :user_name, :password_ref,
    :host_name, :smtp_port, :tls, :auth_required, :envelope_sender, :trusted_ca_pem, :trusted_fingerprint,
    :tenant_id, :client_id, :sign_in, :client_secret_ref, :cloud, :authority, :graph_url, :client_secret_valid_until,
    :ehlo_name, :per_minute, :per_hour, :per_day, :connections, :mails_per_connection, :tags, :sort_name
) ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, type = excluded.type, is_default = excluded.is_default,
    from_address = excluded.from_address, signature = excluded.signature, description = excluded.description,
    user_name = excluded.user_name, password_ref = excluded.password_ref, host_name = excluded.host_name,
    smtp_port = excluded.smtp_port, tls = excluded.tls, auth_required = excluded.auth_required,
    envelope_sender = excluded.envelope_sender, trusted_ca_pem = excluded.trusted_ca_pem,
    trusted_fingerprint = excluded.trusted_fingerprint,
    tenant_id = excluded.tenant_id, client_id = excluded.client_id, sign_in = excluded.sign_in,
    client_secret_ref = excluded.client_secret_ref, cloud = excluded.cloud, authority = excluded.authority,
    graph_url = excluded.graph_url, client_secret_valid_until = excluded.client_secret_valid_until,
    ehlo_name = excluded.ehlo_name, per_minute = excluded.per_minute, per_hour = excluded.per_hour,
    per_day = excluded.per_day, connections = excluded.connections,
    mails_per_connection = excluded.mails_per_connection, tags = excluded.tags, sort_name = excluded.sort_name
"""

_DAY_S = 86_400
_ANNOUNCE = "INSERT OR REPLACE INTO stale_secret (ref, announced_at) VALUES (?, unixepoch())"
_ABANDON = "UPDATE stale_secret SET announced_at = NULL WHERE announced_at <= unixepoch() - ?"
_ABANDONED = "SELECT ref FROM stale_secret WHERE announced_at IS NULL ORDER BY ref"


class SqliteProfiles:
    """Keeps SMTPs. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Sequence[SmtpProfile]:
        """Returns every SMTP, the default first, then by name in natural order."""
        with self._database.read() as connection:
            return _all(connection)

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
            return _put(connection, None, make(_all(connection)))

    def change(self, profile_id: ProfileId, change: Callable[[SmtpProfile], SmtpProfile]) -> SmtpProfile:
        """Changes the SMTP to what `change` makes of it; see `ProfileStore.change`."""
        with self._database.write() as connection:
            before = _existing(connection, profile_id)
            after = change(before)
            return before if after == before else _put(connection, before, after)

    def delete(self, profile_id: ProfileId, *, new_default: ProfileId | None) -> SmtpProfile:
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
            _forget_unused_server(connection, before)
            return before

    def announce_secret(self, ref: SecretRef) -> None:
        """Makes `ref` stale until an SMTP that uses it is put."""
        with self._database.write() as connection:
            connection.execute(_ANNOUNCE, [ref])

    def stale_secrets(self) -> Sequence[SecretRef]:
        """Returns the places of secrets that no SMTP uses and that are still to be erased."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT ref FROM stale_secret ORDER BY ref")
            return tuple(SecretRef(row["ref"]) for row in rows)

    def abandon_secrets(self) -> Sequence[SecretRef]:
        """Gives up what was announced more than a day ago, and returns all that nobody can use any more."""
        with self._database.write() as connection:
            connection.execute(_ABANDON, [_DAY_S])
            return tuple(SecretRef(row["ref"]) for row in connection.execute(_ABANDONED))

    def forget_secret(self, ref: SecretRef) -> None:
        """Removes `ref` from the stale places: its secret is erased."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM stale_secret WHERE ref = ?", [ref])


def _all(connection: sqlite3.Connection) -> Sequence[SmtpProfile]:
    rows = connection.execute("SELECT * FROM smtp ORDER BY is_default DESC, sort_name, name")
    return tuple(profile_of(row) for row in rows)


def _put(connection: sqlite3.Connection, before: SmtpProfile | None, after: SmtpProfile) -> SmtpProfile:
    _refuse_taken_name(connection, after)
    refuse_lost_secrets(connection, before=_refs(before), after=_refs(after))
    if after.is_default:
        connection.execute("UPDATE smtp SET is_default = 0 WHERE is_default = 1 AND id <> ?", [after.id])
    connection.execute(_PUT, _row(after))
    mark_stale_secrets(connection, before=_refs(before), after=_refs(after))
    if before:
        _forget_unused_server(connection, before)
    return _existing(connection, after.id)


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


def _forget_unused_server(connection: sqlite3.Connection, before: SmtpProfile) -> None:
    """Deletes what is known about the server of `before`, unless an SMTP still uses that server."""
    server = endpoint_of(before.server)
    rows: Iterable[sqlite3.Row] = connection.execute("SELECT * FROM smtp WHERE type = 'generic'")
    if server is None or any(endpoint_of(profile_of(row).server) == server for row in rows):
        return
    connection.execute("DELETE FROM server_fact WHERE host = ? AND port = ?", server)
    connection.execute("DELETE FROM pipelining_denylist WHERE host = ? AND port = ?", server)


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
        password_ref=row["password_ref"],
        trusted_ca_pem=row["trusted_ca_pem"],
        trusted_fingerprint=row["trusted_fingerprint"],
        ehlo_name=row["ehlo_name"],
    )


def _graph(row: sqlite3.Row) -> GraphMailbox:
    return GraphMailbox(
        user_name=row["user_name"],
        tenant_id=row["tenant_id"],
        client_id=row["client_id"],
        sign_in=known(SignIn, row["sign_in"]) or SignIn.APP_ONLY,
        cloud=known(Cloud, row["cloud"]) or Cloud.CUSTOM,  # whose address is missing then: no secret goes anywhere
        authority=row["authority"],
        graph_url=row["graph_url"],
        client_secret_valid_until=known_date(row["client_secret_valid_until"]),
        password_ref=row["password_ref"],
        client_secret_ref=row["client_secret_ref"],
    )


def _row(profile: SmtpProfile) -> dict[str, str | int | None]:
    """Returns a value for every column; the columns of the other type are None."""
    server = profile.server
    row: dict[str, str | int | None] = dict.fromkeys(
        ("host_name", "smtp_port", "tls", "auth_required", "envelope_sender", "trusted_ca_pem", "trusted_fingerprint")
    )
    row |= dict.fromkeys(("tenant_id", "client_id", "sign_in", "client_secret_ref"))
    row |= dict.fromkeys(("cloud", "authority", "graph_url", "client_secret_valid_until", "ehlo_name"))
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
        "password_ref": server.password_ref,
        **asdict(profile.limits),
    }
    match server:
        case GenericServer():
            row |= {
                "host_name": server.host_name,
                "smtp_port": server.smtp_port,
                "tls": server.tls,
                "auth_required": server.auth_required,
                "envelope_sender": server.envelope_sender,
                "trusted_ca_pem": server.trusted_ca_pem,
                "trusted_fingerprint": server.trusted_fingerprint,
                "ehlo_name": server.ehlo_name,
            }
        case GraphMailbox():
            row |= {
                "tenant_id": server.tenant_id,
                "client_id": server.client_id,
                "sign_in": server.sign_in,
                "client_secret_ref": server.client_secret_ref,
                "cloud": server.cloud,
                "authority": server.authority,
                "graph_url": server.graph_url,
                "client_secret_valid_until": until.isoformat() if (until := server.client_secret_valid_until) else None,
            }
    return row
