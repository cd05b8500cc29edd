"""Settings that describe one server, put together from their names."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.setting_names import SettingName, setting_name
from smtp_desktop.formats.applications.setting_words import CONNECTION, Field

_SIGN_IN = frozenset({Field.USER, Field.PASSWORD, Field.PASSWORD_PLACE})
_SERVER = frozenset({Field.HOST, Field.URL})
_SENDER = frozenset({Field.FROM, Field.FROM_NAME, Field.FROM_DOMAIN, Field.HELO})


@dataclass(slots=True)
class SettingGroup:
    """The settings of one server by field, the best of each first."""

    owner: tuple[str, ...]
    mail_word: str
    account: tuple[str, ...]
    by_field: dict[Field, list[tuple[int, Setting]]] = field(default_factory=dict)
    own: Setting | None = None  # the first one of its own where it has the server of another

    @property
    def label(self) -> str:
        """The group's own name, empty where there is but one."""
        words = (*self.owner, *self.account)
        return " ".join((self.mail_word, *words) if words and all(word.isdigit() for word in words) else words)

    def add(self, kind: Field, rank: int, setting: Setting) -> None:
        """Adds a setting behind those that say more of being the one."""
        found = self.by_field.setdefault(kind, [])
        found.append((rank, setting))
        found.sort(key=lambda one: one[0])

    def get(self, kind: Field) -> Setting | None:
        """Returns the best setting of the field that has a value; None where there is none."""
        return next((one for _, one in self.by_field.get(kind, ()) if one.value.strip()), None)

    def has(self, kinds: Iterable[Field]) -> bool:
        """Whether one of these fields has a value."""
        return any(self.get(kind) for kind in kinds)

    def fill(self, other: "SettingGroup", kinds: Iterable[Field] | None = None) -> None:
        """Takes over what the other group has of the fields that this one lacks."""
        for kind in other.by_field if kinds is None else kinds:
            if self.get(kind) is None and kind in other.by_field:
                self.by_field[kind] = other.by_field[kind]

    @property
    def first(self) -> Setting:
        """The setting that says most of a server: its host, else that which comes first."""
        return self.get(Field.URL) or self.get(Field.HOST) or next(iter(self.by_field.values()))[0][1]


def setting_groups(settings: Iterable[Setting]) -> tuple[list[SettingGroup], list[SettingGroup]]:
    """Returns the groups that name a server, and those that have something of one but no server. Of a name that stands
    there twice the last one counts."""
    last = {setting.name: setting for setting in settings}
    groups: dict[tuple[tuple[str, ...], str, tuple[str, ...]], SettingGroup] = {}
    for setting in last.values():
        if name := setting_name(setting.name, setting.value):
            key = (name.owner, name.mail_word, name.account)
            groups.setdefault(key, SettingGroup(*key)).add(name.field, name.rank, setting)
    return _joined(list(groups.values()))


def has_mail_settings(names: Iterable[tuple[str, str]]) -> bool:
    """Whether names with their values say something of a connection to a mail server."""
    found = [name.field for name in (setting_name(*one) for one in names) if name]
    return bool(_SERVER & set(found)) or len(CONNECTION & set(found)) > 1


def is_mail_setting(name: str) -> SettingName | None:
    """Returns what a name stands for, whose value is not known."""
    return setting_name(name, "x")


def _joined(groups: list[SettingGroup]) -> tuple[list[SettingGroup], list[SettingGroup]]:
    servers = [group for group in groups if group.has(_SERVER)]
    others = [group for group in groups if not group.has(_SERVER)]
    shared: list[SettingGroup] = []
    accounts = [group for group in others if group.account and group.has(_SIGN_IN)]
    for account in accounts:
        base = _base_of(account, servers)
        if base is not None:
            account.own = account.first
            account.fill(base)
            shared.append(base)
    found = servers + [account for account in accounts if account.has(_SERVER)]
    left = [group for group in others if not group.has(_SERVER)]
    unused = [group for group in left if not _absorbed(group, found)]
    # A server that has only accounts, each with its own user, is none by itself.
    found = [group for group in found if not (any(group is one for one in shared) and group.get(Field.USER) is None)]
    order = {id(group): place for place, group in enumerate(groups)}
    return sorted(found, key=lambda group: order[id(group)]), [one for one in unused if one.has(_SIGN_IN)]


def _base_of(account: SettingGroup, servers: list[SettingGroup]) -> SettingGroup | None:
    return next(
        (one for one in servers if (one.owner, one.mail_word, one.account) == (account.owner, account.mail_word, ())),
        None,
    )


def _absorbed(group: SettingGroup, servers: list[SettingGroup]) -> bool:
    """Gives the servers that the group belongs to what they lack of it. Returns whether there are any."""
    nearest = _nearest(group, servers)
    if len(nearest) == 1 or not group.has(_SIGN_IN) or _is_common(group, nearest):
        kinds: Iterable[Field] | None = None
    else:
        kinds = _SENDER  # which of them the sign-in is for can't be known
    for server in nearest:
        server.fill(group, kinds)
    return bool(nearest) and (kinds is None or not group.has(_SIGN_IN))


def _is_common(group: SettingGroup, servers: list[SettingGroup]) -> bool:
    """Whether the group has what all accounts of its name share."""
    return not group.account and all(one.mail_word == group.mail_word and one.account for one in servers)


def _nearest(group: SettingGroup, servers: list[SettingGroup]) -> list[SettingGroup]:
    """Returns the servers that the names have most in common with."""
    same_owner = [one for one in servers if one.owner == group.owner]
    for found in (
        [one for one in same_owner if one.account == group.account and one.mail_word == group.mail_word],
        [one for one in same_owner if one.account == group.account],
        [one for one in same_owner if not one.account and one.mail_word == group.mail_word],
        [] if group.account and group.has(_SIGN_IN) else same_owner,
    ):
        if found:
            return found
    return servers if len(servers) == 1 or (not group.owner and not group.account and not group.has(_SIGN_IN)) else []
