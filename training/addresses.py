# ruff: noqa: PLR2004 - the shares of each form are data
"""Invents towns and postal addresses: a seeded random generator in, lines of many countries out."""

from __future__ import annotations

import random
import re
from typing import Any

from training.people import People, in_ascii, word_lists

__all__ = ["Addresses"]


class Addresses(People):
    """Towns, streets, postcodes and whole addresses; streets are named after people too.

    Args:
        rng: The only source of randomness.
    """

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self._places: dict[str, dict[str, Any]] = word_lists("places.yaml")
        world = self._faker("en_US")
        self._countries: list[str] = sorted({world.country() for _ in range(1500)})
        lands = ("america", "britain", "canada", "australia", "ireland", "new_zealand")
        self._more_towns = [town for land in lands for town in self._words[f"towns_{land}"]]
        self._towns = {
            locale: self._town_pool(locale) for locale in dict.fromkeys(self._words["locales"])
        }

    def _town_pool(self, locale: str) -> list[str]:
        fake = self._faker(locale)
        return sorted({fake.city().strip() for _ in range(200)})

    def _town(self) -> str:
        roll = self._rng.random()
        if roll < 0.5:
            return self._rng.choice(self._words["towns"])
        if roll < 0.7:
            return self._rng.choice(self._more_towns)
        town = self._rng.choice(self._towns[self._rng.choice(self._words["locales"])])
        return in_ascii(town) if self._rng.random() < 0.4 else town

    def _region(self) -> str:
        return self._rng.choice(self._words["regions"])

    def _country(self) -> str:
        if self._rng.random() < 0.75:
            return str(self._rng.choice(self._words["typical_countries"]))
        return self._rng.choice(self._countries)

    def _digits(self, pattern: str) -> str:
        rng = self._rng
        letters = "ABCDEFGHJKLMNPRSTUWXYZ"
        return re.sub(
            "[#A]", lambda m: rng.choice("0123456789" if m[0] == "#" else letters), pattern
        )

    def _postcode(self) -> str:
        rng = self._rng
        uk = rng.choice((
            "AA# #AA",
            "AA## #AA",
            "A# #AA",
            "A## #AA",
            "AA##AA",
            "AA###AA",
            "AA#A #AA",
        ))
        return self._digits(
            rng.choice((uk, uk, uk, "#####", "#####", "#####-####", "A#A #A#", "A##AA##"))
        )

    def _number(self) -> str:
        rng = self._rng
        top = rng.choice((30, 200, 200, 999, 9999, 19999))
        number = rng.randint(1, top)
        if rng.random() < 0.06:
            return rng.choice((
                f"{number}-{number + 2}",
                f"{number} 1/2",
                f"{rng.randint(1, 30)}/{number}",
                f"{rng.randint(10, 99)}-{rng.randint(10, 99)}",
                f"No. {number}",
                f"W{number}N{rng.randint(100, 9999)}",
            ))
        return str(number) + rng.choice([""] * 9 + [rng.choice("ABCDab")])

    def _streetname(self) -> str:
        rng = self._rng
        roll = rng.random()
        if roll < 0.08:
            return str(rng.choice(self._words["bare_streets"]))
        if roll < 0.14:
            return self._numbered_street()
        stem = rng.choice(self._words["street_names"])
        if roll < 0.3:
            stem = self._last()
        elif roll < 0.38:
            stem = rng.choice(self._words["towns"])
        elif roll < 0.42:
            stem = self._made_up()
        compass = rng.choice([""] * 8 + ["N ", "S ", "W. ", "E ", "North ", "SE ", "NW "])
        return f"{compass}{stem} {rng.choice(self._words['street_suffixes'])}"

    def _numbered_street(self) -> str:
        rng = self._rng
        number = rng.randint(1, 180)
        ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        nth = f"{number}{'th' if 10 < number % 100 < 14 else ending}"
        compass = rng.choice(("", "", "W ", "E ", "N ", "S. ", "West ", "East ", "NE ", "SW "))
        return rng.choice((
            f"{compass}{nth} {rng.choice(('St', 'Street', 'Ave', 'Avenue', 'Pl', 'Ct', 'Rd'))}",
            f"{compass}{nth} {rng.choice(('St', 'Street', 'Ave', 'Avenue'))}",
            f"{rng.choice(('County Road', 'State Route', 'Highway', 'FM', 'Hwy', 'CR'))} {number}",
            f"Avenue {rng.choice('ABCDJKMU')}",
            f"{nth} Cross, {rng.randint(1, 20)}th Main",
            f"{nth} Concession Rd",
        ))

    def _unit(self) -> str:
        rng = self._rng
        number = rng.choice((str(rng.randint(1, 40)), f"{rng.randint(1, 30)}{rng.choice('ABCD')}"))
        kind = rng.choice(self._words["units"])
        return f"#{number}" if kind == "#" else f"{kind} {number}"

    def _street(self) -> str:
        rng = self._rng
        if rng.random() < 0.25:
            return self._abroad()[0]
        core = f"{self._number()}{rng.choice((' ', ' ', ' ', ' ', ', '))}{self._streetname()}"
        roll = rng.random()
        if roll < 0.15:
            return f"{self._unit()}{rng.choice((', ', ' ', ', '))}{core}"
        if roll < 0.35:
            return f"{core}{rng.choice((', ', ' '))}{self._unit()}"
        if roll < 0.4:
            return f"{rng.choice(self._words['house_names'])}, {core}"
        return core

    def _pobox(self) -> str:
        return self._rng.choice((
            "PO Box {}",
            "P.O. Box {}",
            "P O Box {}",
            "Box {}",
            "GPO Box {}",
        )).format(self._rng.randint(1, 9999))

    def _abroad(self) -> tuple[str, list[str]]:
        rng = self._rng
        place = self._places[rng.choice(sorted(self._places))]
        stem = rng.choice(place["stems"]) if rng.random() < 0.6 else self._last()
        letter = rng.choice("abc")
        street = (
            rng.choice(place["streets"])
            .replace("{x}", stem).replace("{n}", str(rng.randint(1, 250)))
            .replace("{f}", str(rng.randint(1, 12))).replace("{c}", letter)
        )  # fmt: skip
        names = self._towns.get(rng.choice(place["locales"]), self._words["towns"])
        town = rng.choice(names if rng.random() < 0.6 else self._words["towns"])
        line = (
            rng.choice(place["line"]).replace("{p}", self._digits(place["postcode"]))
            .replace("{t}", town).replace("{CC}", self._digits("AA"))
        )  # fmt: skip
        tail = [rng.choice(place["countries"])] if rng.random() < 0.35 else []
        return street, [line, *tail]

    def _parts(self) -> list[str]:
        roll = self._rng.random()
        if roll < 0.25:
            street, tail = self._abroad()
            return [street, *tail]
        if roll < 0.49:
            return self._american()
        if roll < 0.69:
            return self._british()
        if roll < 0.85:
            return self._commonwealth()
        if roll < 0.95:
            return self._indian()
        return self._loose()

    def _american(self) -> list[str]:
        rng = self._rng
        regions = self._words["regions"]
        state = rng.choice([region for region in regions if len(region) == 2] * 3 + regions)
        town, code = self._town(), self._digits(rng.choice(("#####", "#####", "#####-####")))
        line = rng.choice((
            f"{town}, {state} {code}",
            f"{town} {state} {code}",
            f"{town}, {state}, {code}",
            f"{town}, {state}",
        ))
        street = self._pobox() if rng.random() < 0.08 else self._street()
        country = [rng.choice(("USA", "US", "United States"))] if rng.random() < 0.15 else []
        return [street, line, *country]

    def _british(self) -> list[str]:
        rng = self._rng
        forms = ("AA# #AA", "AA## #AA", "A# #AA", "AA##AA", "AA###AA", "A## A###", "A#A #A#")
        town, code = self._town(), self._digits(rng.choice(forms))
        area = [rng.choice(self._words["towns"])] if rng.random() < 0.2 else []
        county = [self._region()] if rng.random() < 0.2 else []
        tail = rng.choice(([town, *county, code], [f"{town} {code}"], [town, code]))
        flat = [self._unit()] if rng.random() < 0.15 else []
        return [*flat, self._street(), *area, *tail]

    def _commonwealth(self) -> list[str]:
        """Return the lines of an address in Canada, Australia, New Zealand or Ireland."""
        rng = self._rng
        land = rng.choice(("canada", "canada", "australia", "australia", "ireland", "new_zealand"))
        town = rng.choice(self._words[f"towns_{land}"])
        region = rng.choice(self._words[f"regions_{land}"])
        roll = rng.random()
        if roll < 0.06:
            street = self._pobox()
        elif land in {"canada", "australia"} and roll < 0.3:
            mark = "-" if land == "canada" else "/"
            unit = f"{rng.choice(('', '', 'Unit '))}{rng.randint(1, 900)}"
            street = f"{unit}{mark}{self._number()} {self._streetname()}"
        elif land == "canada" and roll < 0.45:
            kind = rng.choice(("rue", "boul.", "avenue", "chemin", "Rang", "montée", "ch."))
            street = f"{self._number()}, {kind} {rng.choice(self._places['fr']['stems'])}"
        else:
            street = self._street()
        return [street, *self._commonwealth_lines(land, town, region)]

    def _commonwealth_lines(self, land: str, town: str, region: str) -> list[str]:
        rng = self._rng
        if land == "canada":
            code = self._digits(rng.choice(("A#A #A#", "A#A#A#")))
            return [rng.choice((f"{town}, {region} {code}", f"{town} {region}  {code}"))]
        if land == "australia":
            code = self._digits("####")
            return [rng.choice((f"{town} {region} {code}", f"{town}, {region}, {code}"))]
        if land == "ireland":
            area = [rng.choice(self._words["villages"])] if rng.random() < 0.3 else []
            eircode = [self._digits("A## A###")] if rng.random() < 0.6 else []
            return [*area, rng.choice((town, f"{town}, {region}", region)), *eircode]
        suburb = [rng.choice(self._words["towns_new_zealand"])] if rng.random() < 0.3 else []
        return [*suburb, f"{town} {self._digits('####')}"]

    def _indian(self) -> list[str]:
        rng = self._rng
        house = rng.choice((
            f"H.No. {rng.randint(1, 99)}-{rng.randint(1, 30)}",
            f"{rng.randint(1, 400)}/{rng.randint(1, 20)}",
            f"Plot No. {rng.randint(1, 300)}",
            self._unit(),
            f"{self._unit()}, {rng.choice(self._words['house_names'])}",
        ))
        mark = [rng.choice(self._words["landmarks"])] if rng.random() < 0.25 else []
        area = rng.choice((
            f"Sector {rng.randint(1, 90)}",
            self._streetname(),
            self._streetname(),
            f"{self._last()} Nagar",
        ))
        town, pin = self._town(), self._digits(rng.choice(("######", "### ###")))
        line = (f"{town} - {pin}", f"{town} {pin}", town, f"{town}, {self._region()} {pin}")
        return [house, area, *mark, rng.choice(line)]

    def _loose(self) -> list[str]:
        rng = self._rng
        town = self._town()
        code = self._digits("####")
        line = rng.choice((town, f"{town} {self._region()} {code}", f"{town} {code}"))
        return [self._street(), line, *([self._country()] if rng.random() < 0.3 else [])]

    def _bareparts(self) -> list[str]:
        """Return the lines of an address without a word such as "Street"."""
        rng, words = self._rng, self._words
        house = rng.choice((
            f"{self._number()} {rng.choice(words['houses'])}",
            rng.choice(words["houses"]),
            f"{self._number()} {rng.choice(words['street_names'])}",
            f"{self._number()} {self._last()}",
            f"{self._number()} {rng.choice(words['bare_streets'])}",
            f"{self._unit()}, {rng.choice(words['houses'])}",
            f"{self._unit()} {self._number()} {self._made_up()}",
            f"House {self._number()}",
            f"Block {rng.choice('ABCDEFG')}-{rng.randint(1, 60)}",
            f"{rng.randint(1, 99)}-{rng.randint(1, 99)} {self._made_up()}",
            f"RR {rng.randint(1, 9)} Site {rng.randint(1, 40)}",
            f"c/o {self._last()}, {rng.choice(words['houses'])}",
        ))
        area = rng.choice((words["estates"], words["villages"], words["towns"]))
        middle = [rng.choice(area)] if rng.random() < 0.6 else []
        forms = ("#####", "######", "AA# #AA", "AA## #AA", "A#A #A#", "####", "##-###")
        town, code = self._town(), self._digits(rng.choice(forms))
        line = (
                f"{town} {code}", f"{code} {town}", town, f"{town}, {self._region()}",
                f"{town}, {code}", f"{town} - {code}", f"{town}, {self._region()} {code}",
        )  # fmt: skip
        country = [self._country()] if rng.random() < 0.15 else []
        return [house, *middle, rng.choice(line), *country]

    def _bareaddr(self) -> str:
        return self._rng.choices((", ", " ", ","), (78, 17, 5))[0].join(self._bareparts())

    def _bareaddrml(self) -> str:
        return self._rng.choices(("\n", ",\n"), (78, 22))[0].join(self._bareparts())

    def _addr(self) -> str:
        if self._rng.random() < 0.12:
            return self._addrml()
        joiner = self._rng.choices((", ", " ", ",", " - ", " / "), (75, 17, 4, 2, 2))[0]
        return joiner.join(self._parts())

    def _addrml(self) -> str:
        return self._rng.choices(("\n", ",\n", ", \n", " \n"), (75, 19, 3, 3))[0].join(
            self._parts()
        )
