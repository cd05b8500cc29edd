"""Files that declare SMTPs, activities and settings: checked as a whole, then applied one object after the other."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from smtp_desktop.domain.declared.difference import Action, Difference, Kind
from smtp_desktop.domain.declared.document import DeclaredActivity, DeclaredSmtp
from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft
from smtp_desktop.domain.errors import NoSuchActivity, NoSuchProfile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.settings import SETTINGS, SettingValue, setting_values
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.activities import Activities
from smtp_desktop.services.declared.ensured import Ensurer
from smtp_desktop.services.declared.planner import Plan, Planner, Present, deletion, setting_difference
from smtp_desktop.services.declared.wanted import OF_ACTIVITY, OF_SMTP, Wanted, activity_draft
from smtp_desktop.services.ports import Authorities, Preferences
from smtp_desktop.services.profiles import Profiles

BeforeLoss = Callable[[SmtpProfile], None]
"""Is called with an SMTP before a secret of it goes."""
Step = Callable[[], Difference]
"""Applies one object, and returns what that changed. May be called again where it failed."""

_KEYS = {setting.name: setting for setting in SETTINGS}


class Applier:
    """Applies files. Each object is one transaction; where others write at the same time, it looks again."""

    def __init__(
        self,
        *,
        ensurer: Ensurer,
        profiles: Profiles,
        activities: Activities,
        preferences: Preferences,
        authorities: Authorities,
    ) -> None:
        self._ensurer = ensurer
        self._profiles = profiles
        self._activities = activities
        self._preferences = preferences
        self._authorities = authorities

    def plan(self, wanted: Wanted) -> Plan:
        """Returns what applying the file would change now. Raises DocumentErrors with all that prevents it, VaultError,
        StoreError."""
        present = Present(
            profiles=self._profiles.all(),
            activities=self._activities.all(),
            settings=setting_values(self._preferences.all()),
        )
        return Planner(wanted, present, self._ensurer, self._authorities).plan()

    def steps(self, wanted: Wanted, plan: Plan, before_loss: BeforeLoss) -> list[Step]:
        """Returns what applies the file, object by object, in the order of the plan. What is as it should be is left
        alone. Each may raise as `Ensurer` does."""
        declared = wanted.declared
        described = {one.draft.name.strip().lower() for one in plan.smtps}
        steps: list[Step] = [self._smtp(wanted, one, before_loss) for one in plan.smtps]
        if declared.default and declared.default.strip().lower() not in described:
            steps.append(self._default(declared.default))
        steps += [self._activity(one) for one in declared.activities or ()]
        steps += [self._setting(name, value) for name, value in declared.settings.items()]
        steps += [self._activity_deletion(one) for one in plan.activities]
        steps += [self._smtp_deletion(one, before_loss) for one in plan.profiles]
        steps += [partial(_as_planned, one) for one in plan.unbound]
        return [
            step if planned.changed else partial(_as_planned, planned)
            for planned, step in zip(plan.differences, steps, strict=True)
        ]

    def _smtp(self, wanted: Wanted, one: DeclaredSmtp, before_loss: BeforeLoss) -> Step:
        name = one.draft.name.strip()
        named = OF_SMTP | ({"is_default"} if wanted.declared.is_default(name) else set())

        def drafted(present: SmtpProfile | None) -> ProfileDraft:
            draft = wanted.smtp_draft(one, present)
            if present is not None and set(present.secret_refs) - kept_secrets(draft, present):
                before_loss(present)
            return draft

        return lambda: (
            self._ensurer.profile(
                name,
                drafted,
                named=named,
                default_if_none=wanted.declared.default is None,
                profile_id=one.id,
            ).difference
        )

    def _default(self, name: str) -> Step:
        def drafted(present: SmtpProfile | None) -> ProfileDraft:
            if present is None:
                raise NoSuchProfile(msg("There is no SMTP named {name}.", name=name))
            return replace(draft_of(present), is_default=True)

        return lambda: self._ensurer.profile(name, drafted, named={"is_default"}).difference

    def _activity(self, one: DeclaredActivity) -> Step:
        def id_of(smtp: str) -> ProfileId:
            return self._profiles.by_name(smtp).id

        def drafted(present: Activity | None) -> ActivityDraft:
            return activity_draft(one, present, id_of)

        name = one.draft.name.strip()
        return lambda: self._ensurer.activity(name, drafted, named=OF_ACTIVITY, activity_id=one.id).difference

    def _setting(self, name: str, value: SettingValue) -> Step:
        def apply() -> Difference:
            difference = setting_difference(name, setting_values(self._preferences.all())[name], value)
            if difference.changed:
                self._preferences.put(_KEYS[name].key, _KEYS[name].stored(value))
            return difference

        return apply

    def _activity_deletion(self, one: Activity) -> Step:
        def delete() -> Difference:
            try:
                self._activities.delete(one.id)
            except NoSuchActivity:
                return Difference(kind=Kind.ACTIVITY, name=one.name, action=Action.UNCHANGED)
            return deletion(Kind.ACTIVITY, one.name)

        return delete

    def _smtp_deletion(self, one: SmtpProfile, before_loss: BeforeLoss) -> Step:
        def delete() -> Difference:
            before_loss(one)
            try:
                self._profiles.delete(one.id, is_backed_up=True)
            except NoSuchProfile:
                return Difference(kind=Kind.SMTP, name=one.name, action=Action.UNCHANGED)
            return deletion(Kind.SMTP, one.name)

        return delete


def _as_planned(planned: Difference) -> Difference:
    return planned
