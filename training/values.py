# ruff: noqa: PLR2004 - the shares of each form are data
"""Fills a slot of a frame: a seeded random generator in, an invented value and its label out."""

from __future__ import annotations

from training.people import in_ascii
from training.wording import Wording

__all__ = ["Values"]

_LABELS = {
    "PERSON": "name first last lastfirst initials foreignname spelled glued",
    "ADDRESS": "addr addrml bareaddr bareaddrml street streetname pobox postcode",
    "PLACE": "town region",
    "COUNTRY": "country",
    "ORG": "merchant company bank brand",
}
_LABEL_OF = {slot: label for label, slots in _LABELS.items() for slot in slots.split()}


class Values(Wording):
    """Invented people, places, firms and numbers, by slot."""

    def fill(self, slot: str) -> tuple[str, str]:
        """Return a value for a slot and its label; the label of impersonal values is empty.

        Raises:
            AttributeError: if there is no such slot.
        """
        value: str = getattr(self, f"_{slot}")()
        return value, _LABEL_OF.get(slot, "")

    def _merchant(self) -> str:
        if self._rng.random() < 0.75:
            return self._rng.choice(self._words["merchants"])
        return self._company()

    def _bank(self) -> str:
        return self._rng.choice(self._words["banks"])

    def _company(self) -> str:
        rng, words = self._rng, self._words
        kind, end, word = (rng.choice(words[k]) for k in ("org_kinds", "org_ends", "org_words"))
        last, other = self._last(), self._last()
        return str(
            rng.choice((
                f"{word} {kind}", f"{word} {kind} {end}", f"{word} {end}", f"{last} {kind}",
                f"{last} {kind} {end}", f"{last} & {rng.choice(('Sons', 'Co', other, 'Partners'))}",
                f"{last}, {other} and {self._last()}", f"{last} {end}", f"{last}-{other} {end}",
                f"{self._first()}'s {kind}", f"{rng.choice(words['towns'])} {kind}",
                f"{self._made_up()} {end}", f"The {word} {kind}", rng.choice(words["institutions"]),
                f"University of {rng.choice(words['towns'])}",
                f"{rng.choice(words['towns'])} City Council",
                f"{word}{kind.split()[0]}", rng.choice(words["merchants"]), f"{last} Group",
                f"{rng.choice(words['street_names'])} {kind}",
            ))
        )  # fmt: skip

    # --- impersonal

    def _listed(self, key: str) -> str:
        return str(self._rng.choice(self._words[key]))

    def _title(self) -> str:
        return self._listed("titles")

    def _closing(self) -> str:
        return self._listed("closings")

    def _month(self) -> str:
        return self._listed("months")

    def _weekday(self) -> str:
        return self._listed("weekdays")

    def _reldate(self) -> str:
        return self._listed("reldates")

    def _currency(self) -> str:
        return self._listed("currencies")

    def _status(self) -> str:
        return self._listed("statuses")

    def _job(self) -> str:
        return self._listed("jobs")

    def _product(self) -> str:
        return self._listed("products")

    def _dept(self) -> str:
        return self._listed("depts")

    def _heading(self) -> str:
        return self._listed("headings")

    def _n(self) -> str:
        return str(self._rng.choice((*range(2, 32), 45, 60, 90)))

    def _year(self) -> str:
        return str(self._rng.randint(1962, 2026))

    def _letter(self) -> str:
        return self._rng.choice("abcdefghijklmnoprstvwyz")

    def _amount(self) -> str:
        rng = self._rng
        size = rng.choice((rng.uniform(1, 99), rng.uniform(50, 3000), rng.randint(1, 500)))
        text = f"{size:,.2f}" if isinstance(size, float) else str(size)
        return rng.choice((
            "${}",
            "£{}",
            "€{}",
            "{} EUR",
            "{}",
            "{} dollars",
            "Rs {}",
            "${}",
            "£{}",
            "{} quid",
            "USD {}",
            "{} bucks",
        )).format(text)

    def _date(self) -> str:
        rng = self._rng
        day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1950, 2026)
        name = self._month()
        return rng.choice((
            f"{day:02}/{month:02}/{year}",
            f"{month}/{day}/{year % 100:02}",
            f"{year}-{month:02}-{day:02}",
            f"{day} {name} {year}",
            f"{name} {day}, {year}",
            f"{name} {day}",
            f"{day}th of {name}",
            f"{day}.{month}.{year}",
            f"{day} {name}",
            f"{day}-{name}-{year % 100:02}",
        ))

    def _time(self) -> str:
        hour, minute = self._rng.randint(1, 23), self._rng.randint(0, 59)
        return self._rng.choice((
            f"{hour}:{minute:02}",
            f"{hour % 12 + 1}pm",
            f"{hour % 12 + 1}:{minute:02} AM",
            f"{hour:02}:{minute:02}:{minute:02}",
        ))

    def _ref(self) -> str:
        return self._digits(
            self._rng.choice((
                "AAA-#####",
                "#########",
                "AA######",
                "INC#######",
                "#####",
                "CASE-####",
                "T########",
                "AAAA####AA",
                "#AA##A#",
            ))
        )

    def _code(self) -> str:
        return self._digits(self._rng.choice(("######", "####", "AAA###", "###-###")))

    def _last4(self) -> str:
        return self._digits("####")

    def _card(self) -> str:
        return self._digits(
            self._rng.choice((
                "4### #### #### ####",
                "5###############",
                "4###-####-####-####",
                "3### ###### #####",
            ))
        )

    def _expiry(self) -> str:
        return f"{self._rng.randint(1, 12):02}/{self._rng.randint(26, 32)}"

    def _acct(self) -> str:
        return self._digits(
            self._rng.choice((
                "########",
                "##########",
                "#### ####",
                "##-##-## ########",
                "############",
                "xxxx####",
                "acct ######",
            ))
        )

    def _iban(self) -> str:
        return self._digits(
            self._rng.choice((
                "GB## AAAA #### #### #### ##",
                "DE####################",
                "FR## #### #### #### #### #### ###",
            ))
        )

    def _sort(self) -> str:
        return self._digits("##-##-##")

    def _phone(self) -> str:
        return self._digits(
            self._rng.choice((
                "(###) 555-01##",
                "+44 7700 900###",
                "07700 900###",
                "###-555-01##",
                "+1 ### 555 01##",
                "+49 ### #######",
                "0##########",
                "### ####",
                "+234 80# ### ####",
                "98########",
            ))
        )

    def _user(self) -> str:
        first, last = self._two()
        stem = in_ascii(first).lower().replace(" ", "")
        return self._rng.choice((
            f"{stem}{self._rng.randint(1, 99)}",
            f"{stem[0]}{in_ascii(last).lower().replace(' ', '')}",
            f"{stem}_{self._rng.choice(self._common)}",
        ))

    def _email(self) -> str:
        first, last = (
            in_ascii(part).lower().replace(" ", "").replace("'", "") for part in self._two()
        )
        host = self._rng.choice(("example.com", "example.org", "mail.example", "example.net"))
        return self._rng.choice((
            f"{first}.{last}@{host}",
            f"{first}{self._rng.randint(1, 99)}@{host}",
            f"{first[0]}{last}@{host}",
            f"{self._rng.choice(self._common)}@{host}",
        ))
