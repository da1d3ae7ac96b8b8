"""Each level in a sentence for the user. A kind of evidence has the levels that stand here, and no other."""

from __future__ import annotations

from collections.abc import Mapping

_STREETS = {
    "door": "The house and street are the same",
    "near_door": "House and street are nearly the same",
    "other_number": "The street is the same, the number is not",
    "street": "The street is the same, a number is missing",
    "other_street": "The streets differ",
    "": "A street is missing",
}
_AREAS = {
    "area": "in one postal area.",
    "town": "in one town.",
    "elsewhere": "in different towns.",
    "nowhere": "with no town to compare.",
}
_PLACE = {
    **{
        f"{street}_{area}": f"{begin}, {end}"
        for street, begin in _STREETS.items()
        if street
        for area, end in _AREAS.items()
    },
    **{f"{area}_only": f"{_STREETS['']}, the records are {end}" for area, end in _AREAS.items()},
    "unknown": "An address is missing.",
}  # fmt: skip
_USERS = {"one": "nobody else uses", "two": "two use", "few": "a few use", "many": "many use"}


def _shared(what: str) -> dict[str, str]:
    return {f"same_{step}": f"They share a {what} that {users}." for step, users in _USERS.items()}


def _both(what: str) -> dict[str, str]:
    return {
        "same": f"They have the same {what}.",
        "differ": f"They have different {what}s.",
        "unknown": f"A {what} is missing.",
    }


def _sides(what: str) -> dict[str, str]:
    return {
        "none": f"Neither name has {what}.",
        "same": f"Both names have the same {what}.",
        "one_side": f"Only one name has {what}.",
        "shared": f"The names share {what} and differ in others.",
        "differ": f"The names have different {what}.",
    }


def _counts(what: str, verb: str, none: str) -> dict[str, str]:
    numbers = {"one": "one thing", "two": "two things", "several": "several things"}
    return {"none": f"They {none}", **{step: f"They {verb} {what.format(text)}." for step, text in numbers.items()}}


_PERSON: Mapping[str, Mapping[str, str]] = {
    "order": {
        "straight": "Given name and surname stand in the same fields.",
        "turned": "Given name and surname stand in each other's fields.",
    },
    "given": {
        "same": "The given names are the same.",
        "same_middle": "Given and middle names are the same.",
        "other_middle": "The given names are the same, the middle names are not.",
        "close": "The given names differ by a slip.",
        "nickname": "One given name is a short or foreign form of the other.",
        "initial": "One given name is the other's initial.",
        "second_name": "One goes by the other's second given name.",
        "other_name": "The given names are a letter apart, and both are names.",
        "two_names": "The given names are two different names.",
        "contradicts": "The given names differ.",
        "unknown": "A given name is missing.",
    },
    "last": {
        "same": "The surnames are the same.",
        "close": "The surnames differ by a slip.",
        "part": "One surname is a part of the other.",
        "other_part": "The surnames share a word, and each has one of its own.",
        "initial": "One surname is the other's initial.",
        "contradicts": "The surnames differ.",
        "unknown": "A surname is missing.",
    },
    "suffix": {
        "none": "Neither is called junior or senior.",
        "same": "Both have the same suffix to their name.",
        "one_side": "Only one is called junior, senior or the like.",
        "differ": "One is called junior or senior, the other differently.",
    },
    "mail": {
        **_shared("mailbox"),
        "same_role": "They share a mailbox of a function or a household, not of a person.",
        "slip": "Their addresses differ by a slip.",
        "dots_or_digits": "Their addresses differ in dots or digits.",
        "same_local": "Their addresses are the same before the at sign.",
        "same_bare": "Their addresses are the same before the at sign but for dots and digits.",
        "slip_local": "Their addresses differ by a slip before the at sign.",
        "named_local": "Their addresses, of different domains, are both just their name.",
        "different": "Their addresses differ.",
        "unknown": "An e-mail address is missing.",
    },
    "private": _both("private address"),
    "work_mail": {
        "same": "They have the same address at work.",
        "slip_at_one_domain": "Their addresses at one employer differ by a slip.",
        "two_at_one_domain": "They have two personal addresses at one employer.",
        "other_domain": "They have addresses at different employers.",
        "unknown": "An address at work is missing.",
    },
    "numbered": {
        "none": "Neither has a numbered address at work.",
        "same": "They have the same numbered address at work.",
        "one_side": "Only one has a numbered address at work, as the second of a name gets it.",
    },
    "phone": {
        **_shared("phone number"),
        **{f"two_{level}": f"{text} Another number is the same as well." for level, text in _shared("number").items()},
        "one_digit": "Two phone numbers differ by one digit.",
        "different": "Their phone numbers differ.",
        "unknown": "A phone number is missing.",
    },
    "mobile": {**_both("mobile number"), "one_digit": "Their mobile numbers differ by one digit."},
    "born": {
        "same": "They were born on the same day.",
        "turned": "Their birth dates are the same with day and month turned round.",
        "slip": "Their birth dates differ by one digit.",
        "near": "Their birth dates are nearly the same.",
        "generation_apart": "They were born a generation apart.",
        "contradicts": "They were born on different days.",
        "unknown": "A birth date is missing.",
    },
    "place": _PLACE,
    "country": _both("country"),
    "employer": {
        "same": "They work for the same company.",
        "same_core": "Their employers share a name and differ in trade.",
        "same_domain": "Their employers share a web domain.",
        "other_domain": "Their employers have different web domains.",
        "other": "They work for different companies.",
        "unknown": "An employer is missing.",
    },
    "title": {
        "same": "They have the same job title.",
        "shared": "Their job titles share a word.",
        "differ": "Their job titles differ.",
        "unknown": "A job title is missing.",
    },
    "linkedin": _both("LinkedIn page"),
    "identifier": {**_both("identifier"), "one_digit": "Their identifiers differ by one sign."},
    "namesakes": {
        "one": "Nobody else here has that name.",
        "two": "Two contacts here have that name.",
        "few": "A few contacts here have that name.",
        "many": "Many contacts here have that name.",
        "other_names": "Their names are not the same.",
    },
    "own": _counts("{} that only one person has", "agree in", "agree in nothing that only one person has."),
    "against": _counts("{} that only one person has", "contradict each other in", "contradict each other in nothing."),
}
_COMPANY: Mapping[str, Mapping[str, str]] = {
    "core": {
        "same": "The words that name them are the same.",
        "domain": "One name is the other's, written as a web domain.",
        "initials": "One name is the other's initials.",
        "close": "The words that name them differ by a slip.",
        "part": "One name has words that the other lacks.",
        "shared_word": "Their names share a word.",
        "different": "Their names differ.",
        "unknown": "A name is missing.",
    },
    "wording": {
        "same": "Their names are worded the same.",
        "nearly_same": "Their names are worded nearly the same.",
        "one_in_other": "All words of one name are in the other.",
        "mostly": "Their names share most of their wording.",
        "half": "Their names share half of their wording.",
        "little": "Their names share little of their wording.",
        "unknown": "A name is missing.",
    },
    "trades": {**_sides("a trade"), "sister_side": "Only one name has a trade, as sister companies are named for."},
    "units": _sides("a word for a unit of a group"),
    "numbers": _sides("a number"),
    "name_country": _sides("a country"),
    "legal": _both("legal form"),
    "domain": {
        **_shared("web domain"),
        "other_ending": "Their web domains differ in their ending only.",
        "near": "Their web domains differ by a slip.",
        "begins_alike": "One web domain begins with the other.",
        "different": "Their web domains differ.",
        "unknown": "A web domain is missing.",
    },
    "phone": {
        **_shared("phone number"),
        "one_digit": "Two phone numbers differ by one digit.",
        "different": "Their phone numbers differ.",
        "unknown": "A phone number is missing.",
    },
    "place": _PLACE,
    "door": {
        **{step: f"They share a door that {users}." for step, users in _USERS.items()},
        "none": "They do not share a door.",
    },
    "country": {**_both("country"), "differ": "They are in different countries."},
    "tax": {**_both("tax number"), "one_digit": "Their tax numbers differ by one digit."},
    "linkedin": {**_both("LinkedIn page"), "one_digit": "Their LinkedIn pages differ by one sign."},
    "mail": _both("e-mail address"),
    "own": _counts("{} of their own", "agree in", "agree in nothing of their own."),
    "against": _counts("{} of their own", "contradict each other in", "contradict each other in nothing."),
    "towns": {
        "one": "Companies of that name are in one town.",
        "two": "Companies of that name are in two towns.",
        "few": "Companies of that name are in a few towns.",
        "many": "Companies of that name are in many towns.",
        "none": "The words that name them are not the same.",
    },
    "domain_name": {
        "is_name": "One's web domain is the other's name.",
        "other": "One's web domain is not the other's name.",
        "none": "Both or neither have a web domain.",
    },
}
SENTENCES: Mapping[str, Mapping[str, Mapping[str, str]]] = {"person": _PERSON, "company": _COMPANY}


def sentence(kind: str, evidence: str, level: str) -> str:
    """Return the level of a kind of evidence in a sentence."""
    return SENTENCES[kind][evidence][level]
