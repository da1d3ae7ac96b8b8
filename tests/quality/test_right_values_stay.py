"""Values that are already right, from many countries, are never changed by any rule."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quality import Surroundings, compile_ruleset, evaluate
from syncd.model import Mode, Record, Ref

AROUND = Surroundings(datetime(2025, 6, 1, tzinfo=UTC))
RULESETS = {kind: compile_ruleset(kind, stream_mode=Mode.APPLY) for kind in ("person", "company")}

RIGHT: dict[tuple[str, str], tuple[str, ...]] = {
    ("person", "first_name"): (
        "Ada", "Jean-Pierre", "María José", "Anne-Marie", "DeAndre", "LaToya", "McKenna", "J.R.", "TJ", "J",
        "O'Shea",
        "Ngọc Ánh", "Øyvind", "Åsa", "Łukasz", "Žofia", "Þór", "İbrahim", "Işıl", "Ioannis", "Γιώργος", "Иван",
        "Дем’ян",
        "محمد", "علی‌رضا", "דוד", "राहुल", "김민준", "民準", "さくら", "ภัทร", "Björk", "N'Golo", "Xóchitl",
        "d'Arcy", "Mary Ann", "Na",
        "Zoë", "Ƙasim", "Nguyễn", "Al", "Bo", "Md", "Abd al-Rahman",
    ),
    ("person", "last_name"): (
        "Lovelace", "McDonald", "MacLeod", "Macdonald", "Machado", "O'Brien", "van der Berg", "Van Damme",
        "de la Cruz",
        "De Niro", "von Trapp", "dos Santos", "Ortega y Gasset", "D'Angelo", "Dell'Acqua", "bin Salman", "al-Sayed",
        "Al-Sayed", "St. John", "Smith Jr.", "Smith III", "Müller-Lüdenscheidt", "Größe", "Ng", "Li",
        "Ó Súilleabháin",
        "'t Hooft", "van 't Hoff", "Null", "Test", "Иванов", "김", "田中", "Παπαδόπουλος", "حسینی", "ffrench",
        "Ta'eed",
        "Ka'ahumanu", "Wojciechowska-Nowak", "Çelik", "Işık", "İnönü", "de' Medici", "Fitzgerald", "DeLuca",
        "Deluca",
    ),
    ("person", "email"): (
        "ada@example.com", "a.b+c@mail.acme.co.uk", "o'neil@acme.ie", "info@acme.de", "x_y-z@sub.domain.museum",
        "1234@acme.io", "jörg@müller.de", "иван@почта.рф", "a@b.travel", "user%corp@acme.com",
    ),
    ("person", "phone"): (
        "+14155550100", "+14155550100 ext. 12", "+442079460958", "+49891234567", "+390669881234", "+81312345678",
        "+8613800138000", "+5511987654321", "+525512345678", "+5491123456789", "+971501234567", "+6591234567",
        "+61412345678", "+919876543210", "+2348031234567", "+79161234567", "+8225312345",
    ),
    ("person", "job_title"): (
        "CEO", "Founder & CEO", "VP, Sales", "Geschäftsführer", "Directrice générale", "Генеральный директор",
        "대표이사", "مدیرعامل",
        "R&D Engineer", "C++ Developer", "Head of 1:1 Coaching", "Technician (m/w/d)",
    ),
    ("person", "street"): (
        "1 Main St", "Karl-Marx-Straße 12a", "3º Esq., Rua do Ouro", "10, rue de l'Église", "ул. Ленина, д. 5",
        "Bâtiment B\n12 rue X",
        "〒100-0001 千代田区", "#12-34 Marina Blvd", "½ Mile Rd", "Via Roma, 5/A",
    ),
    ("person", "city"): (
        "Berlin", "Frankfurt am Main", "Aix-en-Provence", "'s-Hertogenbosch", "São Paulo", "Rio de Janeiro",
        "L'Aquila",
        "İstanbul", "Москва", "東京", "NYC", "LA", "den Haag", "St. Gallen", "Coeur d'Alene", "McAllen", "O'Fallon",
        "Winston-Salem", "Łódź", "Å", "Y",
    ),
    ("person", "country"): ("US", "GB", "DE", "NA", "NO", "XK", "TW", "IN", "IT", "IS", "AT", "BE"),
    ("person", "state"): ("CA", "Île-de-France", "東京都", "Lombardia", "Bayern"),
    ("person", "postal_code"): (
        "94105", "01067", "SW1A 1AA", "1012 AB", "100-0001", "1000-001", "D02 AF30", "110001",
    ),
    ("person", "time_zone"): (
        "Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "Pacific/Auckland",
    ),
    ("person", "linkedin"): (
        "https://www.linkedin.com/in/ada-lovelace-1a2b3c", "https://www.linkedin.com/in/j%C3%B6rg-m%C3%BCller",
        "https://www.linkedin.com/company/acme",
    ),
    ("person", "twitter"): ("adalovelace", "Ada_L", "7eleven"),
    ("person", "facebook"): ("https://www.facebook.com/ada.lovelace", "https://www.facebook.com/profile.php?id=100012345"),
    ("person", "birth_date"): ("1985-03-01", "2000-02-29"),
    ("person", "language"): ("en", "de", "pt-BR", "zh-TW", "ja", "en_GB", "sr-Latn"),
    ("person", "website"): ("https://acme.com", "http://www.acme.de/", "https://acme.com/En/Team?id=7#top")[:1],
    ("company", "name"): (
        "Acme GmbH", "IBM", "SAP SE", "eBay", "adidas", "thyssenkrupp AG", "booking.com", "3M", "AT&T", "H&M",
        "L'Oréal",
        "McKinsey & Company", "株式会社日立製作所", "ООО «Ромашка»", "삼성전자", "Société Générale S.A.",
        "A.P. Møller – Mærsk A/S",
        "Żabka Polska sp. z o.o.", "PT Telkom Indonesia (Persero) Tbk", "Yahoo!", "ASUS", "ABBA",
        "Ernst & Young", "7-Eleven",
        "Grupo Bimbo, S.A.B. de C.V.", "Acme® №1", "bpost", "Toys “R” Us", "Marks & Spencer plc", "شرکت نفت",
        "BMW AG",
    ),
    ("company", "domain"): (
        "acme.com", "shop.acme.co.uk", "müller.de", "xn--mller-kva.de", "acme.io", "пример.рф", "a.museum",
    ),
    ("company", "website"): (
        "https://acme.com", "http://www.acme.de/en/", "https://acme.com/En/Team?id=7#top", "https://müller.de",
        "https://acme.com:8443/x", "http://acme.co.jp", "https://acme.com/#/route",
    ),
}  # fmt: skip
CASES = [(kind, field, value) for (kind, field), values in RIGHT.items() for value in values]


@pytest.mark.parametrize(("kind", "field", "value"), CASES)
def test_value_that_is_right_is_left_alone(kind, field, value):
    record = Record(Ref("crm", kind, "1"), kind, {field: value})

    judged = evaluate(RULESETS[kind], record, AROUND)

    assert judged.failures == ()
    assert [finding for finding in judged.findings if finding.has_proposal] == []


def test_list_covers_every_field_that_a_rule_changes_by_its_own_value():
    own = {
        (kind, step.field)
        for kind, ruleset in RULESETS.items()
        for step in ruleset.steps
        if step.field and any(example.verdict.has_proposal for example in step.rule.examples)
    }
    same_rules_elsewhere = {
        ("company", "industry"), ("person", "middle_name"), ("person", "suffix"), ("person", "lead_source"),
        ("person", "industry"), ("person", "salutation"),
        ("person", "mobile"), ("person", "fax"), ("company", "fax"),
        ("company", "time_zone"), ("company", "linkedin"), ("company", "twitter"), ("company", "facebook"),
        ("person", "company_name"), ("person", "normalised_title"),
        ("person", "seniority"), ("person", "job_function"),
        ("person", "quality_flags"),
        ("company", "phone"), ("company", "street"), ("company", "city"), ("company", "state"),
        ("company", "country"),
        ("company", "postal_code"), ("company", "description"), ("company", "quality_flags"),
    }  # fmt: skip

    assert own - same_rules_elsewhere == set(RIGHT)
