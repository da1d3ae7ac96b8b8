"""Company names are written in capitals and small letters; their legal forms and brands keep their own case."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest
from quality.subjects import companies, places, texts
from quality.words import is_stand_in

_CASE = "all capitals or all small letters"
_DOUBT = "all capitals or all small letters, with a short word that may be an acronym, or a form written in two ways"


def check(case: Case) -> Verdict:
    """Propose the display form of a name that is of one case throughout; leave every other as it is."""
    value = case.value
    if not isinstance(value, str) or is_stand_in(value):
        return FINE
    form = companies.proper_form(value, places.country_code(case.text("country")))
    if form.text == value or not texts.is_settled(form.text):
        return FINE
    return propose(form.text, _CASE) if form.is_sure else suggest(form.text, _DOUBT)


RULE = Rule(
    check,
    fields={"company": ("name",), "person": ("company_name",)},
    phase=Phase.FORM,
    depends_on=("country",),
    examples=(
        Example("[not provided]", FINE),
        Example("GOLDEN GATE SOLUTIONS INC.", propose("Golden Gate Solutions Inc.", _CASE)),
        Example("müller maschinenbau gmbh", propose("Müller Maschinenbau GmbH", _CASE)),
        Example("MÜLLER MASCHINENBAU GMBH & CO. KG", propose("Müller Maschinenbau GmbH & Co. KG", _CASE)),
        Example("bank of america", propose("Bank of America", _CASE)),
        Example("IBM DEUTSCHLAND GMBH", propose("IBM Deutschland GmbH", _CASE)),
        Example("O'REILLY MEDIA", propose("O'Reilly Media", _CASE)),
        Example("hubspot", propose("HubSpot", _CASE)),
        Example("SOCIÉTÉ GÉNÉRALE SA", propose("Société Générale SA", _CASE)),
        Example("acme s.r.l.", suggest("Acme S.r.l.", _DOUBT)),
        Example("BARTOŠ V.O.S.", propose("Bartoš v.o.s.", _CASE), {"country": "CZ"}),
        Example("AUBERT S.A.S.", propose("Aubert S.A.S.", _CASE), {"country": "FR"}),
        Example("ANGERER REICHER OG", propose("Angerer Reicher OG", _CASE), {"country": "AT"}),
        Example("alonzo a.c.", propose("Alonzo A.C.", _CASE), {"country": "Mexico"}),
        Example("grupo bimbo s.a.b. de c.v.", propose("Grupo Bimbo S.A.B. de C.V.", _CASE), {"country": "MX"}),
        Example("bakos és balla zrt.", propose("Bakos és Balla Zrt.", _CASE), {"country": "HU"}),
        Example("ud andriani", propose("UD Andriani", _CASE), {"country": "ID"}),
        Example("ROSSI E FIGLI", suggest("Rossi e Figli", _DOUBT)),
        Example("afas", FINE),
        Example("northwind traders ltd", propose("Northwind Traders Ltd", _CASE)),
        Example("EGELİ MAKİNA LTD. ŞTİ.", propose("Egeli Makina Ltd. Şti.", _CASE)),
        Example("TOROS DANIŞMANLIK A.Ş.", suggest("Toros Danışmanlık A.Ş.", _DOUBT), {"country": "TR"}),
        Example("YILDIZ HOLDING", suggest("Yıldız Holding", _DOUBT), {"country": "TR"}),
        Example("ROSSI TRASPORTI SRL", suggest("Rossi Trasporti SRL", _DOUBT)),
        Example("NEXLIS MEBLE SP. Z O.O.", suggest("Nexlis Meble Sp. z o.o.", _DOUBT)),
        Example("shop-acme.co.uk", FINE),
        Example("ABA CONSULTING", suggest("ABA Consulting", _DOUBT)),
        Example("IBM", FINE),
        Example("NASA", FINE),
        Example("ACME", FINE),  # nobody can tell a short name from an acronym
        Example("adidas", FINE),
        Example("booking.com", FINE),
        Example("eBay", FINE),
        Example("thyssenkrupp AG", FINE),
        Example("Acme GmbH", FINE),
        Example("3M", FINE),
        Example("ООО РОМАШКА", FINE),
        Example("株式会社日立製作所", FINE),
        Example("", FINE),
        Example(None, FINE),
    ),
)
