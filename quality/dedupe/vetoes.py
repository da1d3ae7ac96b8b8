"""What forbids merging two records without asking, whatever their points. A veto names its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Levels = Mapping[str, str]
_OTHER_FIRST = frozenset({"contradicts", "two_names", "other_name"})
_OTHER_BIRTH = frozenset({"contradicts", "generation_apart"})


def veto(kind: str, levels: Levels) -> str:
    """Return why two records must not be merged without asking; empty when nothing forbids it."""
    rules = _COMPANY if kind == "company" else _PERSON
    return next((reason for reason, forbids in rules.items() if forbids(levels)), "")


def lack(kind: str, levels: Levels) -> str:
    """Return what two records lack for being linked without asking; empty when nothing is wanting.

    Unlike a veto it does not keep two records apart that a third one ties.
    """
    if kind == "person":
        return "" if _is_tied(levels) else "They share a name, an employer or a home, and nothing of one person's own."
    is_only_one = levels["towns"] == "one" and levels["place"] in {"area_only", "unknown"}
    is_lacking = (levels["own"] == "none" and not is_only_one) or _may_be_branches(levels)
    return "They share a name, and nothing that a company has of its own." if is_lacking else ""


def _may_be_branches(levels: Levels) -> bool:
    """Return whether a company of several towns is all that two records share: any two branches do."""
    return (
        levels["towns"] in {"two", "few", "many"}
        and not levels["place"].startswith(("door", "near_door", "area"))
        and levels["tax"] != "same"
        and levels["linkedin"] != "same"
    )


def _has_own_key(levels: Levels) -> bool:
    """Return whether two people share what one person has: a page, an identifier, a mailbox or mobile with one user."""
    return (
        "same" in {levels["linkedin"], levels["identifier"]}
        or levels["mail"] == "same_one"
        or (levels["mobile"] == "same" and levels["phone"] in _FEW_USERS)
    )


def _has_two_own(levels: Levels) -> bool:
    """Return whether two people share enough to be one under another surname: more than one telephone."""
    return "same" in {levels["linkedin"], levels["identifier"]} or (
        _has_own_key(levels) and levels["own"] in {"two", "several"}
    )


_FEW_USERS = frozenset({"same_one", "same_two", "two_same_one", "two_same_two"})


_OWN_MAIL = frozenset({"same_one", "same_two", "same_few", "slip", "same_local", "same_bare", "slip_local"})
_OWN_BIRTH = frozenset({"same", "turned", "slip"})


def _is_tied(levels: Levels) -> bool:
    """Return whether two people share anything of one person's own, not only a name, an employer or a home.

    A telephone number a digit off another one is none: it may be the next extension.
    """
    return (
        _has_own_key(levels)
        or levels["mail"] in _OWN_MAIL
        or levels["born"] in _OWN_BIRTH
        or levels["identifier"] == "one_digit"
        or levels["mobile"] == "same"
        or _hold_one_post(levels)
    )


def _hold_one_post(levels: Levels) -> bool:
    """Return whether two people of one name have the same post at one employer, and nothing tells them apart."""
    return (
        levels["employer"] == "same"
        and levels["title"] == "same"
        and levels["given"] in _SAME_GIVEN
        and levels["last"] == "same"
        and levels["against"] == "none"
        and levels["namesakes"] != "many"
    )


_SAME_GIVEN = frozenset({"same", "same_middle", "nickname"})


_PERSON: Mapping[str, Callable[[Levels], bool]] = {
    "One is called junior or senior where the other is not.": lambda levels: levels["suffix"] == "differ",
    "They were born on different days.": lambda levels: levels["born"] in _OTHER_BIRTH,
    "Their birth dates are near, and nothing of one person's own ties them.": lambda levels: (
        levels["born"] == "near" and not _has_own_key(levels)
    ),
    "Names and addresses differ by the same slip, as those of relatives and colleagues do.": lambda levels: (
        levels["mail"] in {"slip", "dots_or_digits"}
        and (levels["given"] == "close" or (levels["last"] == "close" and not _has_own_key(levels)))
    ),
    "Their addresses differ by a slip, and no given names can be compared.": lambda levels: (
        levels["mail"] in {"slip", "dots_or_digits"} and levels["given"] == "unknown" and not _has_own_key(levels)
    ),
    "They have different LinkedIn pages.": lambda levels: levels["linkedin"] == "differ",
    "They have different identifiers.": lambda levels: levels["identifier"] == "differ",
    "They have different given names.": lambda levels: levels["given"] in _OTHER_FIRST,
    "Their middle names differ, as those of relatives do.": lambda levels: (
        levels["given"] == "other_middle" and not _has_own_key(levels)
    ),
    "They have different surnames, and too little of one person's own.": lambda levels: (
        levels["last"] in {"contradicts", "other_part"} and not _has_two_own(levels)
    ),
    "Given name and surname are turned round, and nothing of one person's own ties them.": lambda levels: (
        levels["order"] == "turned" and not _has_own_key(levels)
    ),
    "No surname is known, and nothing of one person's own ties them.": lambda levels: (
        levels["last"] == "unknown" and not _has_own_key(levels)
    ),
    "They have two personal addresses at one employer.": lambda levels: levels["work_mail"] == "two_at_one_domain",
    "One has a numbered address at work: another person of that name works there.": lambda levels: (
        levels["numbered"] == "one_side" and not _has_own_key(levels)
    ),
    "One is called junior or senior, and nothing else tells them apart or ties them.": lambda levels: (
        levels["suffix"] == "one_side" and not _has_own_key(levels)
    ),
}
_COMPANY: Mapping[str, Callable[[Levels], bool]] = {
    "They have different tax numbers.": lambda levels: levels["tax"] == "differ",
    "Their names speak of different countries.": lambda levels: levels["name_country"] in {"differ", "shared"},
    "One name speaks of a country, and the other does not.": lambda levels: (
        levels["name_country"] == "one_side" and levels["tax"] != "same"
    ),
    "They are in different countries.": lambda levels: levels["country"] == "differ" and levels["tax"] != "same",
    "One name has a word that tells units of a group apart.": lambda levels: (
        levels["units"] in {"one_side", "differ", "shared"} and levels["tax"] != "same"
    ),
    "Their names have different numbers.": lambda levels: (
        levels["numbers"] in {"one_side", "differ", "shared"} and levels["tax"] != "same"
    ),
    "They are in different trades.": lambda levels: (
        levels["trades"] in {"differ", "shared"} and levels["tax"] != "same"
    ),
    "Only one name has a trade, as a sister company or a foundation of that name would.": lambda levels: (
        levels["trades"] == "sister_side" and levels["tax"] != "same"
    ),
    "One name has a word that the other has nothing like.": lambda levels: (
        levels["core"] == "part" and levels["tax"] != "same"
    ),
    "Their phone numbers differ, and they share no door and no tax number: two branches would.": lambda levels: (
        levels["phone"] == "different"
        and not levels["place"].startswith(("door", "near_door"))
        and levels["tax"] != "same"
    ),
    "They have different legal forms.": lambda levels: levels["legal"] == "differ" and levels["tax"] != "same",
    "They are at different addresses.": lambda levels: (
        levels["place"].startswith("other_street") and levels["tax"] != "same"
    ),
    "Nothing in their names is alike.": lambda levels: (
        levels["core"] in {"different", "shared_word"} and levels["wording"] in {"half", "little", "mostly"}
        and levels["tax"] != "same"
    ),
    "They have different LinkedIn pages.": lambda levels: levels["linkedin"] == "differ",
}  # fmt: skip
