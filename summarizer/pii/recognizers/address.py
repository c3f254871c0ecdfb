"""Postal addresses: street line, unit, town, region, postcode and country as one range.

An address begins at an anchor (a house number with a kind of street, a box, a unit, a postcode,
a cue such as "lives at") and is then extended over what follows and stands before it, on the
same line or the next ones. Sources: USPS Publication 28, Canada Post and Royal Mail guides,
AS 4590, UPU S42.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.pii.recognizers.address_anchors import Anchor, anchors
from summarizer.pii.recognizers.address_growth import before_code, grown
from summarizer.pii.recognizers.address_shapes import expression
from summarizer.pii.recognizing import Found, Needs, View

__all__ = ["ADDRESS"]

_GAP = 40
_UNITS = frozenset({"unit", "block"})


@dataclass(frozen=True)
class _AddressRecognizer:
    """Finds anchors and extends them."""

    name: str = "address"
    entities: frozenset[str] = frozenset({"STREET_ADDRESS"})
    needs: Needs = "digit"
    examples: tuple[str, ...] = (
        "I live at [[742 Evergreen Terrace]].",
        "my address is [[Flat 3, 27 Acacia Avenue, Leeds LS6 2AB]]",
        "[[12B/34 High St, Footscray VIC 3011]]",
        "i moved to [[23 willow lane apt 4b columbus oh 43215]]",
        "lives at [[1048 Broadway]], call him",
        "ship it to [[77 Massachusetts Ave Apt 4]], thanks",
        "Maria Lopez\n[[9 Tinsley Crescent\nEndcliffe\nSheffield\nS11 8PZ]]",
        "wohnt [[Hauptstraße 12, 10115 Berlin]].",
        "[[Calle Mayor 5, 3º B, 28013 Madrid]]",
        "adres: [[ul. Długa 5/7, 00-238 Warszawa]]",
        "adres [[Keizersgracht 123-A, 1015 CJ Amsterdam]]",
        "[[14 bis, rue des Tanneurs, 69002 Lyon]]",
        "[[PO Box 2043, Bend, OR 97709]] is my post address",
        "[[RR 2 Box 77\nSalem, IN 47167]]",
        "[[PSC 41 Box 2201\nAPO AE 09464]]",
        "[[Plot 14, Sector 21, Gurgaon 122001]]",
        "[[31 Saddlers, Ilminster, TA19 9XQ]]",
        "[[2040 rue Bellerive, app. 7, Drummondville (Québec) J2B 4K6]]",
        "[[815 N. HALVERSON RD., APT. 6C, PEORIA, IL 61604]]",
        "the freehold at [[14b Tarrant Crescent (basement), Leeds LS7 4AB]].",
        "R. Irani\n[[2nd flr, Meher Baug, Grant Causeway, Pune 411 001]]",
        "addr[[18WoodlarkMews]]pc",
    )
    negatives: tuple[str, ...] = (
        "it takes 5 business days",
        "on 12 March the payment left",
        "within 24 hours",
        "100 Main features of the account",
        "page 3 of 5 Court order",
        "I called 3 times on the street",
        "2 cards and 1 account are close to the limit",
        "I need 2 more cards, ok",
        "a 30 minute drive",
        "the 1st of May",
        "take step 2 in order",
        "spring 2024 committee 5",
        "on the 3rd floor, please",
        "ref 4ChequeBook and 12NewCards",
    )

    def find(self, view: View) -> Iterator[Found]:
        """Yield each address."""
        spans = _united(view.text, sorted(anchors(view)))
        for span in _met(view.text, sorted([*spans, *_by_code(view, spans)])):
            shape = f"{self.name}.{span.shape}"
            yield Found(span.start, span.end, "STREET_ADDRESS", 0.85, shape)


def _united(text: str, found: list[Anchor]) -> list[Anchor]:
    """Return the anchors grown to addresses; those that meet are one."""
    spans: list[Anchor] = []
    for anchor in found:
        floor = spans[-1].end if spans else 0
        if spans and anchor.end <= floor:
            continue
        address = grown(text, anchor, floor)
        if address is None:
            continue
        if spans and address.start <= floor:
            spans[-1] = spans[-1]._replace(end=address.end)
        else:
            spans.append(address)
    return spans


def _met(text: str, spans: list[Anchor]) -> list[Anchor]:
    """Return the addresses; a unit and the street next to it are one."""
    joined: list[Anchor] = []
    for span in spans:
        gap = text[joined[-1].end : span.start] if joined else "-"
        belongs = joined and (span.shape == "code" or joined[-1].shape in _UNITS)
        if belongs and len(gap) < _GAP and not gap.strip(" ,;>|\r\n"):
            joined[-1] = joined[-1]._replace(end=span.end)
        else:
            joined.append(span)
    return joined


def _by_code(view: View, spans: list[Anchor]) -> Iterator[Anchor]:
    """Yield the addresses that only their postcode gives away."""
    floor = 0
    starts = [span.start for span in spans]
    for match in expression("code").matches(view):
        start, end = match.span(1)
        before = bisect_right(starts, start) - 1
        if before >= 0:
            floor = max(floor, spans[before].end)
        begin = before_code(view.text, start, floor) if start >= floor else None
        floor = max(floor, end)
        if begin is not None:
            yield Anchor(begin, end, sure=True, shape="code")


ADDRESS = _AddressRecognizer()
