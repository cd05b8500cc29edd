"""The content of a file that declares, from its text: unknown keys and wrong types are refused, all of them at once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from smtp_desktop.domain.declared.document import (
    ACTIVITIES_KEY,
    DECLARED_SECRETS,
    DEFAULT_KEY,
    ID_KEY,
    SETTINGS_KEY,
    SMTPS_KEY,
    VALUE_KEY,
    VERSION,
    VERSION_KEY,
    Declared,
    DeclaredActivity,
    DeclaredSmtp,
    SecretReference,
    SecretSource,
)
from smtp_desktop.domain.declared.errors import DOCUMENT, DocumentErrors
from smtp_desktop.domain.declared.keys import (
    ACTIVITY_KEYS,
    ACTIVITY_LISTS,
    ACTIVITY_TEXTS,
    FILE_KEYS,
    ID_PATTERN,
    SMTP_CHOICES,
    SMTP_FLAGS,
    SMTP_KEYS,
    SMTP_TEXTS,
)
from smtp_desktop.domain.declared.node import Node, TextFormat, parsed
from smtp_desktop.domain.declared.node_reader import NodeReader
from smtp_desktop.domain.delivery.activity import ActivityDraft, ActivityId
from smtp_desktop.domain.delivery.recipient_list import typed_list
from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.settings import SETTINGS, Choice, Setting, SettingValue, Switch
from smtp_desktop.domain.smtp.certificate import plain_fingerprint
from smtp_desktop.domain.smtp.draft import ProfileDraft, content_of
from smtp_desktop.domain.smtp.limit_rules import LIMIT_FIELDS
from smtp_desktop.domain.smtp.oauth_providers import proposed_provider
from smtp_desktop.domain.smtp.profile import (
    AppCredential,
    ProfileId,
    SecretField,
    SignIn,
)
from smtp_desktop.domain.smtp.tags import tags_of

_SETTINGS = {setting.name: setting for setting in SETTINGS}
_EXAMPLE = "{env: VARIABLE}"
_FIRST_LINE = f"{VERSION_KEY}: {VERSION}"
_ID = re.compile(ID_PATTERN)


def declared_in(text: str, text_format: TextFormat, *, sealed: bool = False) -> Declared:
    """Returns what the text declares. Only what was `sealed` may hold secrets itself. Raises DocumentErrors, which
    names everything that is wrong."""
    return _Reader(sealed=sealed).read(parsed(text, text_format))


class _Reader(NodeReader):
    """Reads the whole file."""

    def __init__(self, *, sealed: bool) -> None:
        super().__init__()
        self._sealed = sealed

    def read(self, root: Node) -> Declared:
        """Returns the whole file. Raises DocumentErrors."""
        keys = self.mapping(DOCUMENT, root, FILE_KEYS)
        self._check_version(root, keys)
        smtps = self._objects(SMTPS_KEY, keys, self._smtp)
        declared = Declared(
            smtps=smtps,
            default=self.typed(DEFAULT_KEY, keys.get(DEFAULT_KEY), str, None),
            activities=_with_ids(self._objects(ACTIVITIES_KEY, keys, self._activity), smtps or ()),
            settings=self._settings(keys.get(SETTINGS_KEY)),
            lines=self.lines,
        )
        if self.problems:
            raise DocumentErrors(self.problems)
        return declared

    def _check_version(self, root: Node, keys: Mapping[str, Node]) -> None:
        version = keys.get(VERSION_KEY)
        if version is None:
            self.refuse(
                DOCUMENT,
                root.line,
                msg("The version of the format is missing. Begin the file with {line}", line=_FIRST_LINE),
            )
        elif version.value is True or version.value != VERSION:
            self.refuse(
                VERSION_KEY,
                version.line,
                msg("This program reads only version {version} of the format.", version=VERSION),
            )

    def _objects(self, key: str, keys: Mapping[str, Node], read: Callable[[str, Node], Any]) -> Any:
        """Returns the objects of a list, None where the file does not have it. Two of one name or id are refused."""
        node = keys.get(key)
        if node is None or node.value is None:
            return None
        if not isinstance(node.value, list):
            self.refuse(key, node.line, msg("Expected a list: begin each item with a dash."))
            return None
        found: list[Any] = []
        names: set[str] = set()
        ids: set[str] = set()
        for number, item in enumerate(node.value):
            name = self._name_of(item)
            place = f"{key}[{name or number}]"
            self.note(place, item.line)
            if name and name.lower() in names:
                self.refuse(f"{place}.name", item.line, msg("This name is in the list twice."))
            names.add(name.lower())
            one = read(place, item)
            if one.id in ids:
                self.refuse(f"{place}.{ID_KEY}", item.line, msg("This ID is in the list twice."))
            ids |= {one.id} - {None}
            found.append(one)
        return tuple(found)

    def _name_of(self, node: Node) -> str:
        name = node.value.get("name") if isinstance(node.value, dict) else None
        return name.value.strip() if name is not None and isinstance(name.value, str) else ""

    def _smtp(self, place: str, node: Node) -> DeclaredSmtp:
        keys = self.mapping(place, node, SMTP_KEYS)
        values: dict[str, Any] = {key: self.typed(f"{place}.{key}", keys.get(key), str, "") for key in SMTP_TEXTS}
        empty = ProfileDraft()
        values |= {key: self.typed(f"{place}.{key}", keys.get(key), bool, getattr(empty, key)) for key in SMTP_FLAGS}
        values |= {
            key: self.choice(f"{place}.{key}", keys.get(key), kind, getattr(empty, key))
            for key, kind in SMTP_CHOICES.items()
        }
        values["smtp_port"] = str(self.typed(f"{place}.smtp_port", keys.get("smtp_port"), int, empty.smtp_port))
        values["tags"] = self._tags(f"{place}.tags", keys.get("tags"))
        values |= self._limits(f"{place}.limits", keys.get("limits"))
        values["trusted_fingerprint"] = plain_fingerprint(values["trusted_fingerprint"])
        values["fingerprint_host"] = values["host_name"].strip() if values["trusted_fingerprint"] else ""
        draft = _with_sign_in(replace(empty, **values), keys)
        self._refuse_without_effect(place, keys, draft)
        secrets = {one: self._secret(f"{place}.{one}", keys.get(one)) for one in DECLARED_SECRETS}
        return DeclaredSmtp(
            place=place,
            draft=draft,
            secrets={key: one for key, one in secrets.items() if isinstance(one, SecretReference)},
            id=ProfileId(found) if (found := self._id(place, keys.get(ID_KEY))) else None,
            values={key: one for key, one in secrets.items() if isinstance(one, Secret)},
        )

    def _id(self, place: str, node: Node | None) -> str | None:
        found = self.typed(f"{place}.{ID_KEY}", node, str, None)
        if node is None or found is None or _ID.fullmatch(found):
            return str(found) if found else None
        self.refuse(
            f"{place}.{ID_KEY}", node.line, msg("An ID has at most 64 letters, digits, hyphens and underscores.")
        )
        return None

    def _refuse_without_effect(self, place: str, keys: Mapping[str, Node], draft: ProfileDraft) -> None:
        """Refuses fields that this kind of SMTP does not have: they would be dropped silently."""
        empty, content = ProfileDraft(), content_of(draft)
        for key, node in keys.items():
            if key not in ProfileDraft.__dataclass_fields__ or key in set(SecretField):
                continue
            given, default = getattr(draft, key), getattr(empty, key)
            if given != default and getattr(content, key) == default and str(given).strip():
                self.refuse(
                    f"{place}.{key}", node.line, msg("This has no effect with the other settings. Leave it out.")
                )

    def _secret(self, place: str, node: Node | None) -> SecretReference | Secret | None:
        if node is None or node.value is None:
            return None
        keys = node.value if isinstance(node.value, dict) else {}
        if self._sealed and set(keys) == {VALUE_KEY}:
            text = self.typed(f"{place}.{VALUE_KEY}", keys[VALUE_KEY], str, "")
            return Secret(text) if text else None
        if isinstance(node.value, str | int) or VALUE_KEY in keys:
            # The value stays out of the message.
            self.refuse(
                place,
                node.line,
                msg(
                    "Others may read the file, so it must not contain secrets. Say where the secret is, for example "
                    "{example}.",
                    example=_EXAMPLE,
                ),
            )
            return None
        if len(keys) != 1 or not set(keys) <= set(SecretSource):
            # Neither keys nor values are repeated: they may be a secret that was written in the wrong way.
            self.refuse(
                place,
                node.line,
                msg("Name one source (env, file or command), for example {example}.", example=_EXAMPLE),
            )
            return None
        (source, value), *_ = keys.items()
        if source == SecretSource.COMMAND:
            words = self.texts(f"{place}.{source}", value)
        else:
            words = [self.typed(f"{place}.{source}", value, str, "")]
        if not words or not words[0]:
            self.refuse(f"{place}.{source}", value.line, msg("This is empty."))
            return None
        return SecretReference(source=SecretSource(source), words=tuple(words))

    def _tags(self, place: str, node: Node | None) -> str:
        tags = self.texts(place, node)
        line = node.line if node else None
        for tag in tags:
            if len(tags_of(tag)) != 1:
                self.refuse(place, line, msg("List each tag separately: {tag}", tag=tag))
        return " ".join(tags)

    def _limits(self, place: str, node: Node | None) -> dict[str, str]:
        if node is None or node.value is None:
            return {}
        keys = self.mapping(place, node, set(LIMIT_FIELDS))
        limits = {key: self.typed(f"{place}.{key}", value, int, 0) for key, value in keys.items()}
        return {key: str(limit or "") for key, limit in limits.items()}

    def _activity(self, place: str, node: Node) -> DeclaredActivity:
        keys = self.mapping(place, node, ACTIVITY_KEYS)
        values: dict[str, Any] = {key: self.typed(f"{place}.{key}", keys.get(key), str, "") for key in ACTIVITY_TEXTS}
        lists = {key: self.texts(f"{place}.{key}", keys.get(key)) for key in ACTIVITY_LISTS}
        values |= {key: typed_list(lists[key]) for key in ("to", "cc", "bcc", "reply_to")}
        values |= {key: "\n".join(lists[key]) for key in ("attachments", "headers")}
        values["expire_after_s"] = self.typed(f"{place}.expire_after_s", keys.get("expire_after_s"), int, None)
        values["enabled"] = self.typed(f"{place}.enabled", keys.get("enabled"), bool, True)
        return DeclaredActivity(
            place=place,
            draft=ActivityDraft(**values),
            smtp=self.typed(f"{place}.smtp", keys.get("smtp"), str, None),
            backup=self.typed(f"{place}.backup", keys.get("backup"), str, None),
            id=ActivityId(found) if (found := self._id(place, keys.get(ID_KEY))) else None,
        )

    def _settings(self, node: Node | None) -> dict[str, SettingValue]:
        if node is None or node.value is None:
            return {}
        keys = self.mapping(SETTINGS_KEY, node, set(_SETTINGS))
        return {key: self._setting(_SETTINGS[key], value) for key, value in keys.items()}

    def _setting(self, setting: Setting, node: Node) -> SettingValue:
        value = node.value
        wanted = {Switch: bool, Choice: str}.get(type(setting.kind), int)
        off = setting.can_be_off and (value is None or value is False)
        if not off and type(value) is not wanted:
            self.refuse(f"{SETTINGS_KEY}.{setting.name}", node.line, setting.rule)
            return None
        word = "off" if off or value is False else "on" if value is True else str(value)
        try:
            return setting.parsed(word)
        except FieldErrors as error:
            self.refuse(f"{SETTINGS_KEY}.{setting.name}", node.line, error.errors[0].message)
            return None


def _with_ids(
    activities: Sequence[DeclaredActivity] | None, smtps: Sequence[DeclaredSmtp]
) -> tuple[DeclaredActivity, ...] | None:
    """Returns the activities with the ids that the file gives to the SMTPs that they name."""
    if activities is None:
        return None
    ids = {one.draft.name.strip().lower(): one.id for one in smtps}
    return tuple(
        replace(
            one,
            smtp_id=ids.get((one.smtp or "").strip().lower()),
            backup_id=ids.get((one.backup or "").strip().lower()),
        )
        for one in activities
    )


def _with_sign_in(draft: ProfileDraft, keys: Mapping[str, Node]) -> ProfileDraft:
    """Returns the draft with what its sign-in leaves unsaid: whose authorization server it is, and that an app with a
    certificate proves itself by that."""
    if draft.uses_oauth and "provider" not in keys:
        draft = replace(draft, provider=proposed_provider(draft))
    if draft.sign_in is SignIn.APP_ONLY and SecretField.CERTIFICATE in keys and "app_credential" not in keys:
        draft = replace(draft, app_credential=AppCredential.CERTIFICATE)
    return draft
