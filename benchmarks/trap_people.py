"""Pairs of people that look like one and are two, and that look like two and are one: kinds nothing was learned from.

Each kind makes two records. What is written of a person beyond the name is left out by the dice, so that of a kind some
pairs hold what tells them apart, and some do not: those nobody can know, and they must not be merged without asking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from anyascii import anyascii
from matching_made import slip
from matching_world import Country, Person

Record = dict[str, str]
Trap = Callable[[Random, Country], tuple[Record, Record]]
#: Given names of relatives that a slip would explain.
_ALIKE = (
    ("Anna", "Anne"), ("Jan", "Jana"), ("Maria", "Mario"), ("Christian", "Christina"), ("Julia", "Julian"),
    ("Daniel", "Daniela"), ("Louis", "Louise"), ("Eric", "Erica"), ("Hana", "Hans"), ("Simon", "Simona"),
    ("Paul", "Paula"), ("Marc", "Marco"), ("Stefan", "Stefanie"), ("Michael", "Michaela"), ("Frances", "Francis"),
    ("Gabriel", "Gabriella"), ("Patrick", "Patricia"), ("Robert", "Roberta"), ("Alessandro", "Alessandra"),
    ("Filip", "Filippa"), ("Tomas", "Thomasina"), ("Andrea", "Andreas"), ("Ivan", "Ivana"), ("Petr", "Petra"),
    ("Martin", "Martina"), ("Ole", "Ola"), ("Kari", "Karin"), ("Marie", "Maria"), ("Jens", "Jenny"), ("Lena", "Lea"),
    ("Tim", "Tom"), ("Mia", "Nia"), ("Ben", "Bea"), ("Lars", "Lara"), ("Emil", "Emilia"), ("Oliver", "Olivia"),
    ("Henrik", "Henrike"), ("Viktor", "Viktoria"), ("Adrian", "Adriana"), ("Lorenz", "Lorenza"),
    ("Dominik", "Dominika"),
)  # fmt: skip
#: Names of one sound in Latin letters.
_ONE_SOUND = (("王伟", "王薇", "Wang Wei"), ("李静", "李晶", "Li Jing"), ("张洁", "张杰", "Zhang Jie"),
              ("陈丽", "陈力", "Chen Li"), ("刘洋", "刘阳", "Liu Yang"), ("김지원", "김지언", "Kim Jiwon"))  # fmt: skip
#: A name in its own script, and as it is usually written in Latin letters: given name and surname.
_SCRIPTS = (
    ("Γιώργος", "Παπαδόπουλος", "Giorgos", "Papadopoulos"), ("Ευάγγελος", "Οικονόμου", "Evangelos", "Ikonomou"),
    ("Χρήστος", "Ψυχογιός", "Christos", "Psychogios"), ("Сергей", "Чайковский", "Sergei", "Tchaikovsky"),
    ("Юлия", "Щербакова", "Yulia", "Shcherbakova"), ("Алексей", "Жуков", "Alexey", "Zhukov"),
    ("Евгений", "Ершов", "Evgeny", "Yershov"), ("Олександр", "Шевченко", "Oleksandr", "Shevchenko"),
    ("محمد", "الحسن", "Mohammed", "Al-Hassan"), ("خالد", "منصور", "Khaled", "Mansour"),
    ("太郎", "田中", "Taro", "Tanaka"), ("花子", "佐藤", "Hanako", "Sato"), ("伟", "王", "Wei", "Wang"),
    ("小明", "欧阳", "Xiaoming", "Ouyang"), ("민준", "김", "Min-jun", "Kim"), ("서연", "이", "Seo-yeon", "Lee"),
    ("Đức", "Nguyễn", "Duc", "Nguyen"), ("Şükrü", "Yıldırım", "Sukru", "Yildirim"),
    ("Ömer", "Çağlar", "Oemer", "Caglar"),
)  # fmt: skip
#: One given name, spelt in two ways.
_SPELT = (
    ("Mohammed", "Muhammad"),
    ("Sergey", "Sergei"),
    ("Alexey", "Aleksei"),
    ("Yuri", "Juri"),
    ("Dmitry", "Dimitri"),
    ("Ekaterina", "Yekaterina"),
    ("Hussein", "Husain"),
    ("Catherine", "Kathryn"),
    ("Philipp", "Filip"),
    ("Stephen", "Steven"),
    ("Geoffrey", "Jeffrey"),
    ("Giorgos", "Yiorgos"),
    ("Khaled", "Khalid"),
)
_SHORT = (
    ("Alexander", "Sasha"),
    ("José", "Pepe"),
    ("Giovanni", "Gianni"),
    ("Katarzyna", "Kasia"),
    ("Margaret", "Peggy"),
    ("Wilhelm", "Willi"),
    ("Francisco", "Paco"),
    ("Małgorzata", "Gosia"),
    ("Richard", "Dick"),
    ("Ivan", "Vanya"),
    ("Johannes", "Hannes"),
    ("Elizabeth", "Beth"),
    ("Robert", "Bob"),
    ("Ignacio", "Nacho"),
    ("István", "Pista"),
    ("Guillermo", "Memo"),
    ("Antonio", "Toni"),
)
_READ_WRONG = (("rn", "m"), ("m", "rn"), ("l", "1"), ("o", "0"), ("i", "l"), ("cl", "d"), ("e", "c"), ("u", "ii"))
_PARTICLES = ("van der", "von", "de la", "dos", "van", "di")


def told(who: Person, dice: Random, *, keep: float = 0.6, office: bool = False, only: str = "") -> Record:
    """Return what a record says of somebody: each thing with a chance of `keep`, the `only` one named for certain."""
    place = who.firm.place if office else who.place
    said = {
        "email": dice.choice((who.work, who.private)),
        "mobile": who.mobile,
        "phone": who.firm.phone if office else dice.choice((who.landline, who.firm.phone)),
        "company_name": who.firm.core + (f" {who.firm.legal[0]}" if dice.random() < 0.5 else ""),
        "job_title": who.title,
        "birth_date": who.born,
        "linkedin": who.linkedin,
    }
    seldom = {"birth_date": 0.35, "linkedin": 0.4, "mobile": 0.7}
    found = {name: value for name, value in said.items() if dice.random() < keep * seldom.get(name, 1.0)}
    if office:
        found |= {"company_name": said["company_name"], "phone": said["phone"]}
    if only:
        found[only] = said[only]
    if office or dice.random() < keep:
        found |= {"street": f"{place.street} {place.number}", "city": place.town, "postal_code": place.postcode}
    return {"first_name": f"{who.given} {who.middle}".strip(), "last_name": f"{who.last} {who.suffix}".strip(), **found}


def _somebody(country: Country) -> Person:
    """Return somebody of one given name."""
    return replace(country.person(country.firm()), middle="")


def _pair(ours: Person, theirs: Person, dice: Random, **how: bool) -> tuple[Record, Record]:
    return told(ours, dice, **how), told(theirs, dice, **how)  # type: ignore[arg-type]  # the switches of `told`


def _at_home(who: Person, country: Country, **changed: str) -> Person:
    """Return somebody of one home and landline, with mailboxes, mobile and employer of their own."""
    return country.reached(replace(who, firm=country.firm(), **changed))  # type: ignore[arg-type]  # texts alone


def siblings_alike(dice: Random, country: Country) -> tuple[Record, Record]:
    """Brothers and sisters with names a slip would explain."""
    one, other = dice.sample(dice.choice(_ALIKE), 2)
    who = country.reached(replace(_somebody(country), given=one))
    born = f"{int(who.born[:4]) + dice.randrange(1, 7)}{who.born[4:8]}{dice.randrange(1, 28):02d}"
    return _pair(who, _at_home(who, country, given=other, born=born), dice)


def twins_alike(dice: Random, country: Country) -> tuple[Record, Record]:
    """Twins with names a slip would explain, born on one day."""
    one, other = dice.sample(dice.choice(_ALIKE), 2)
    who = country.reached(replace(_somebody(country), given=one))
    return _pair(who, _at_home(who, country, given=other), dice)


def family_mailbox(dice: Random, country: Country) -> tuple[Record, Record]:
    """Husband and wife, or siblings with like names, on one mailbox and landline."""
    one, other = dice.sample(dice.choice(_ALIKE), 2) if dice.random() < 0.5 else (country.given(), country.given())
    who = replace(_somebody(country), given=one)
    label = anyascii(f"{one}.und.{other}" if dice.random() < 0.5 else f"familie.{who.last}").lower().replace(" ", "")
    theirs = _at_home(who, country, given=other, born=f"{who.born[:8]}29")
    shared = {"email": f"{label}@web.de", "phone": who.landline}
    ours, others = _pair(country.reached(who), theirs, dice)
    return ours | shared, others | shared


def mother_daughter(dice: Random, country: Country) -> tuple[Record, Record]:
    """Parent and child of one name at one address, with mailboxes and mobiles of their own."""
    who = _somebody(country)
    born = f"{int(who.born[:4]) - dice.randrange(19, 40)}{who.born[4:]}"
    return _pair(who, _at_home(who, country, born=born), dice)


def parent_in_mail(dice: Random, country: Country) -> tuple[Record, Record]:
    """Parent and child of one name, told apart by middle initials or by a word behind the name."""
    who = _somebody(country)
    born = f"{int(who.born[:4]) - dice.randrange(19, 40)}{who.born[4:]}"
    ours, theirs = country.reached(who), _at_home(who, country, born=born)
    marks = dice.choice((("A.", "B.", "", ""), ("", "", "Filho", ""), ("", "", "Jnr", "Snr"), ("", "", "II", "III")))
    ours, theirs = replace(ours, middle=marks[0], suffix=marks[2]), replace(theirs, middle=marks[1], suffix=marks[3])
    return _pair(ours, theirs, dice)


def spanish_cousins(dice: Random, country: Country) -> tuple[Record, Record]:
    """Relatives with one given name and first surname, and different second ones, at one address."""
    who = _somebody(country)
    first, one, other = who.last, country.last(), country.last()
    ours = country.reached(replace(who, last=f"{first} {one}"))
    return _pair(ours, _at_home(who, country, last=f"{first} {other}", born="1951-02-03"), dice)


def namesake_same_year(dice: Random, country: Country) -> tuple[Record, Record]:
    """Two of a name born in one year, in different towns."""
    who, other = _somebody(country), _somebody(country)
    born = f"{who.born[:5]}{dice.randrange(1, 13):02d}-{dice.randrange(1, 28):02d}"
    return _pair(who, country.reached(replace(other, given=who.given, last=who.last, born=born)), dice)


def namesakes_in_one_office(dice: Random, country: Country) -> tuple[Record, Record]:
    """Two of a name at one company, both with its address and switchboard."""
    who = _somebody(country)
    other = country.person(who.firm)
    theirs = replace(other, given=who.given, last=who.last, middle="")
    return _pair(who, country.reached(theirs, number=dice.choice(("2", "3", ".a", "b"))), dice, office=True)


def father_and_son_in_one_firm(dice: Random, country: Country) -> tuple[Record, Record]:
    """Father and son of one name in the family's firm, at one address."""
    who = _somebody(country)
    born = f"{int(who.born[:4]) - dice.randrange(20, 38)}{who.born[4:]}"
    theirs = country.reached(replace(who, born=born, title="Managing Director"), number=dice.choice(("2", ".sen")))
    return _pair(who, theirs, dice, office=dice.random() < 0.5)


def successor(dice: Random, country: Country) -> tuple[Record, Record]:
    """Who got the mailbox, the desk telephone and the title of somebody who went: of one surname, or initials."""
    who = _somebody(country)
    given = next(name for name in iter(country.given, "") if name != who.given)
    other = replace(_at_home(who, country), firm=who.firm, given=given, title=who.title, place=country.place())
    if dice.random() < 0.5:
        other = replace(other, last=country.last())
    mail = {"email": f"{who.last[0].lower()}{given[0].lower()}.buero@{who.firm.domain}", "phone": who.firm.phone}
    ours, theirs = _pair(who, other, dice)
    return ours | mail, theirs | mail


def recycled_mobile(dice: Random, country: Country) -> tuple[Record, Record]:
    """Two of one given name or surname, of whom one got the other's old number."""
    who, other = _somebody(country), _somebody(country)
    other = replace(other, given=who.given) if dice.random() < 0.5 else replace(other, last=who.last)
    ours, theirs = _pair(who, country.reached(other), dice)
    return ours | {"mobile": who.mobile}, theirs | {"mobile": who.mobile}


def assistant(dice: Random, country: Country) -> tuple[Record, Record]:
    """A boss whose record holds the address and telephone of an assistant."""
    boss = _somebody(country)
    other = replace(country.person(boss.firm), middle="", title="Assistant")
    reached = {"email": other.work, "phone": boss.firm.phone, "mobile": other.mobile}
    ours, theirs = _pair(boss, other, dice, office=True)
    return ours | reached, theirs | reached


def one_sound(dice: Random, country: Country) -> tuple[Record, Record]:
    """Two of one company whose names differ in their own script and sound alike in Latin letters."""
    one, other, sound = dice.choice(_ONE_SOUND)
    who = replace(_somebody(country), given=sound.split()[1], last=sound.split()[0])
    ours, theirs = _pair(who, country.reached(replace(who, place=country.place()), number="2"), dice, office=True)
    return ours | {"first_name": one[1:], "last_name": one[0]}, theirs | {
        "first_name": other[1:],
        "last_name": other[0],
    }


def turned_namesakes(dice: Random, country: Country) -> tuple[Record, Record]:
    """Thomas Martin and Martin Thomas at one company."""
    one, other = dice.choice((("Thomas", "Martin"), ("Peter", "Paul"), ("Simon", "Arnold"), ("Lorenz", "Anton")))
    who = replace(_somebody(country), given=one, last=other)
    theirs = replace(country.person(who.firm), given=other, last=one, middle="")
    return _pair(country.reached(who), country.reached(theirs), dice, office=True)


def given_name_only(dice: Random, country: Country) -> tuple[Record, Record]:
    """Two of one given name at one company, of whom no surname is known."""
    who = _somebody(country)
    theirs = replace(country.person(who.firm), given=who.given, middle="")
    ours, others = _pair(who, country.reached(theirs, number="2"), dice, office=True)
    return ours | {"last_name": ""}, others | {"last_name": ""}


def tried_out(dice: Random, country: Country) -> tuple[Record, Record]:
    """Records with which two people tried out a form."""
    ours, theirs = _pair(_somebody(country), _somebody(country), dice, keep=0.4)  # type: ignore[arg-type]
    name = dice.choice((("Test", "Test"), ("Max", "Mustermann"), ("John", "Doe"), ("asdf", "asdf"), ("Demo", "User")))
    made = {"first_name": name[0], "last_name": name[1], "email": dice.choice(("test@test.com", "a@b.com", "x@x.de"))}
    return ours | made, theirs | made


def _one(who: Person, dice: Random, change: Callable[[Record], Record]) -> tuple[Record, Record]:
    """Return two records of one person that share a thing of their own, the second written otherwise."""
    shared = dice.choice(("email", "mobile"))
    ours, theirs = told(who, dice), told(who, dice)
    value = who.private if shared == "email" else who.mobile
    return ours | {shared: value}, change(theirs | {shared: value})


def own_script(dice: Random, country: Country) -> tuple[Record, Record]:
    """A name in its own script, and in Latin letters."""
    given, last, latin_given, latin_last = dice.choice(_SCRIPTS)
    who = country.reached(replace(_somebody(country), given=latin_given, last=latin_last))
    return _one(who, dice, lambda record: record | {"first_name": given, "last_name": last})


def surname_first(dice: Random, country: Country) -> tuple[Record, Record]:
    """A name in one field, the surname first and no comma."""
    who = _somebody(country)
    return _one(who, dice, lambda record: _renamed(record, "", "", f"{who.last} {who.given}"))


def particles(dice: Random, country: Country) -> tuple[Record, Record]:
    """A surname with a particle, left out, glued or behind a comma."""
    who = _somebody(country)
    particle = dice.choice(_PARTICLES)
    shapes = (
        ("", "", f"{who.last}, {who.given} {particle}"),
        (who.given, f"{particle.title()}{who.last}".replace(" ", ""), ""),
        (f"{who.given} {particle}", who.last, ""),
        (who.given, who.last, ""),
        ("", "", f"{who.given} {particle} {who.last}"),
    )
    ours, theirs = _one(who, dice, lambda record: _renamed(record, *dice.choice(shapes)))
    return ours | {"last_name": f"{particle} {who.last}"}, theirs


def two_surnames(dice: Random, country: Country) -> tuple[Record, Record]:
    """Two surnames, of which the other record has one, joins them by a dash, or takes the first for a given name."""
    who = _somebody(country)
    second = country.last()
    shapes = ((who.given, who.last), (who.given, second), (who.given, f"{who.last}-{second}"),
              (f"{who.given} {who.last}", second))  # fmt: skip
    ours, theirs = _one(who, dice, lambda record: _renamed(record, *dice.choice(shapes)))
    return ours | {"last_name": f"{who.last} {second}"}, theirs


def read_by_machine(dice: Random, country: Country) -> tuple[Record, Record]:
    """Letters that a machine read wrongly in name, street and mailbox."""
    who = _somebody(country)
    return _one(who, dice, lambda record: {name: misread(value, dice) for name, value in record.items()})


def married(dice: Random, country: Country) -> tuple[Record, Record]:
    """Another surname and other addresses, and the old mobile and birth date."""
    who = replace(_somebody(country), given=country.given("female"))
    later = country.reached(replace(who, last=country.last()))
    ours, theirs = _pair(who, replace(later, mobile=who.mobile), dice)
    kept = {"mobile": who.mobile, "birth_date": who.born}
    return ours | kept, theirs | kept


def spelt_otherwise(dice: Random, country: Country) -> tuple[Record, Record]:
    """One given name in two spellings or a short form of its language."""
    one, other = dice.choice(_SPELT + _SHORT)
    who = country.reached(replace(_somebody(country), given=one))
    return _one(who, dice, lambda record: record | {"first_name": other})


def filled_wrongly(dice: Random, country: Country) -> tuple[Record, Record]:
    """A mailbox as the name, notes in brackets, titles, the employer behind the name."""
    who = _somebody(country)
    shapes = (
        (who.given, f"{who.last} ({who.firm.core})"),
        (f"Herr Dr. {who.given}", who.last),
        ("", who.private),
        (who.given, f"{who.last} - do not call"),
        (f"Mr & Mrs {who.given}", who.last),
        (who.given, f"{who.last}, PhD"),
        (f"{who.given} {who.last}", f"{who.given} {who.last}"),
        ("*" + who.given, who.last),
    )
    return _one(who, dice, lambda record: _renamed(record, *dice.choice(shapes)))


def second_given(dice: Random, country: Country) -> tuple[Record, Record]:
    """Given names joined, in part, as initials, or the second alone."""
    who = _somebody(country)
    second = country.given()
    forms = (f"{who.given}{second.lower()}", f"{who.given[0]}. {second}", second, f"{who.given[0]}.{second[0]}.",
             f"{who.given[0]}-{second[0]}.", who.given)  # fmt: skip
    ours, theirs = _one(who, dice, lambda record: record | {"first_name": dice.choice(forms)})
    return ours | {"first_name": f"{who.given}-{second}"}, theirs


def broken_letters(dice: Random, country: Country) -> tuple[Record, Record]:
    """Letters lost on the way: read in the wrong encoding, question marks, left out."""
    who = replace(_somebody(country), last=dice.choice(("Müller", "Świątek", "Sørensen", "Peña", "Žižka", "Großmann")))
    breaks: tuple[Callable[[str], str], ...] = (
        lambda text: text.encode().decode("cp1252", "replace"),
        lambda text: "".join(s if s.isascii() else "?" for s in text),
        lambda text: "".join(s for s in text if s.isascii()),
        lambda text: "".join(s if s.isascii() else "�" for s in text),
    )
    how = dice.choice(breaks)
    return _one(country.reached(who), dice, lambda record: record | {"last_name": how(who.last)})


def signs_in_names(dice: Random, country: Country) -> tuple[Record, Record]:
    """Apostrophes, dashes and blanks within names."""
    one, other = dice.choice(
        (
            ("O'Brien", "Obrien"),
            ("McDonald", "Mc Donald"),
            ("Al-Hassan", "Alhassan"),
            ("D'Angelo", "D Angelo"),
            ("Saint-Pierre", "St Pierre"),
            ("O’Neill", "O Neill"),
            ("El Amrani", "Elamrani"),
        )
    )
    who = country.reached(replace(_somebody(country), last=one))
    return _one(who, dice, lambda record: record | {"last_name": other})


def _renamed(record: Record, first: str, last: str, whole: str = "") -> Record:
    return {**record, "first_name": first, "last_name": last, "full_name": whole}


def misread(text: str, dice: Random) -> str:
    """Return a text as a machine may have read it."""
    found = [(old, new) for old, new in _READ_WRONG if old in text]
    return (
        text.replace(*dice.choice(found), 1)
        if found and dice.random() < 0.35
        else slip(text, dice)
        if dice.random() < 0.05
        else text
    )


TWO: Mapping[str, Trap] = {one.__name__: one for one in (
    siblings_alike, twins_alike, family_mailbox, mother_daughter, parent_in_mail, spanish_cousins, namesake_same_year,
    namesakes_in_one_office, father_and_son_in_one_firm, successor, recycled_mobile, assistant, one_sound,
    turned_namesakes, given_name_only, tried_out,
)}  # fmt: skip
ONE: Mapping[str, Trap] = {one.__name__: one for one in (
    own_script, surname_first, particles, two_surnames, read_by_machine, married, spelt_otherwise, filled_wrongly,
    second_given, broken_letters, signs_in_names,
)}  # fmt: skip
