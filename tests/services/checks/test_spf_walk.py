"""SPF walks: whatever the records say, a walk ends, asks little and raises nothing unexpected."""

import pytest
from fakes.known_providers import PROVIDERS
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.checks.dns_answer import UNKNOWN, DnsAnswer, DnsOutcome
from smtp_desktop.services.checks.spf_walk import CouldNotCheck, SpfBroken, SpfWalk, spf_warning

NAMES = st.sampled_from(["a.io", "b.io", "c.io", "gone.io", "slow.io", "_spf.google.com", "%{i}.io"])
MECHANISMS = st.sampled_from(["include", "a", "mx", "exists"])
TERMS = st.one_of(
    st.builds("{}{}:{}".format, st.sampled_from(["", "-", "?"]), MECHANISMS, NAMES),
    st.builds("redirect={}".format, NAMES),
    st.sampled_from(["a", "mx", "ptr", "ip4:198.41.0.4", "ip6:2a00:1450:4000::/36", "-all", "?all", "all", "oops", ""]),
)
RECORDS = st.lists(TERMS, max_size=14).map(lambda terms: " ".join(["v=spf1", *terms]))


class Book:
    """Answers from `texts`; counts what it was asked. Raises nothing, as the port promises."""

    def __init__(self, texts):
        self.texts = texts
        self.count = 0

    def txt(self, name):
        return self._answer(name, self.texts.get(name, ()))

    def mx(self, name):
        return self._answer(name, tuple(f"mx{number}.io" for number in range(2)))

    def addresses(self, name):
        return self._answer(name, ("93.184.215.14", "2606:2800:220:1::14"))

    def _answer(self, name, records):
        self.count += 1
        if name == "slow.io":
            return UNKNOWN
        if name == "gone.io":
            return DnsAnswer(outcome=DnsOutcome.NO_NAME)
        outcome = DnsOutcome.FOUND if records else DnsOutcome.NO_RECORD
        return DnsAnswer(outcome=outcome, records=tuple(records))


@pytest.mark.long
@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(["a.io", "b.io", "c.io", "_spf.google.com"]), st.lists(RECORDS, max_size=2)))
def test_any_records_are_walked_to_an_end(texts):
    book = Book(texts)
    warning = spf_warning("a.io", PROVIDERS.at("smtp.gmail.com"), providers=PROVIDERS, lookups=book)
    assert warning is None or warning.advice.steps
    assert book.count <= 70  # RFC 7208 4.6.4, for the domain's record and the provider's


def walked(record, texts=None, wanted=()):
    walk = SpfWalk("a.io", Book(texts or {}), wanted)
    return walk, walk.run(record)


def test_the_tenth_look_up_is_allowed_and_the_eleventh_is_not():
    ten = " ".join(["a:h.io"] * 10)
    walked(f"v=spf1 {ten} -all")
    with pytest.raises(SpfBroken):
        walked(f"v=spf1 {ten} exists:h.io -all")


def test_the_second_void_look_up_is_allowed_and_the_third_is_not():
    walked("v=spf1 a:gone.io mx:gone.io -all")
    with pytest.raises(SpfBroken):
        walked("v=spf1 a:gone.io mx:gone.io a:gone.io -all")


def test_an_answer_that_is_missing_ends_the_walk():
    with pytest.raises(CouldNotCheck):
        walked("v=spf1 a:slow.io -all")


def test_a_name_counts_only_where_a_match_means_pass():
    texts = {"b.io": ["v=spf1 include:c.io -all"], "c.io": ["v=spf1 ip4:198.41.0.4 -all"]}
    assert walked("v=spf1 include:b.io -all", texts, ["c.io"])[1]
    assert not walked("v=spf1 -include:b.io -all", texts, ["c.io"])[1]
    walk, _ = walked("v=spf1 ~include:b.io -all", texts)
    assert walk.names_nobody


def test_networks_are_those_of_all_that_is_included():
    texts = {"b.io": ["v=spf1 ip4:198.41.0.4 a//64 -all"]}
    walk, _ = walked("v=spf1 ip4:198.41.9.0/24 include:b.io -ip4:1.2.3.4 -all", texts)
    assert [str(network) for network in walk.networks] == [
        *("198.41.9.0/24", "198.41.0.4/32", "93.184.215.14/32", "2606:2800:220:1::/64")
    ]
