"""What may go wrong although the server took everything: the third outcome beside works and fails."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from smtp_desktop.domain.advice import Advice


class ConcernKind(StrEnum):
    """What a concern is about; its words are in `Concern.advice`."""

    SPF_MISSING = "spf_missing"  # the sender's domain publishes none
    SPF_BROKEN = "spf_broken"  # a receiver can't evaluate it: several records, too many look-ups, bad syntax
    SPF_EXCLUDES = "spf_excludes"  # it does not name the provider that sends
    DMARC_BROKEN = "dmarc_broken"
    DMARC_UNALIGNED = "dmarc_unaligned"  # neither SPF nor DKIM can align with the From Address's domain
    DOMAIN_TAKES_NO_MAIL = "domain_takes_no_mail"  # no MX and no address, or a null MX: replies and reports are lost
    DOMAIN_UNKNOWN = "domain_unknown"  # DNS knows no such domain
    FOREIGN_FREEMAIL = "foreign_freemail"  # a freemail provider's address that is not sent through that provider
    FROM_REWRITTEN = "from_rewritten"  # the provider replaces a From Address that is not the user's
    CERTIFICATE_ENDS = "certificate_ends"


class Concern(NamedTuple):
    """Recipients may distrust the mail, or it will stop working soon. `advice` says what it means and what to do."""

    kind: ConcernKind
    advice: "Advice"
