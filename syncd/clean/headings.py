"""What people, HubSpot, Salesforce and mail programs call their columns, in several languages."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence

from mappings import RecordMapping, canonical_fields

#: Headings by kind and field, apart from the field's own name. Case, accents, blanks and signs make no difference.
_HEADINGS: dict[str, dict[str, str]] = {
    "person": {
        "first_name": "given name|name first|forename|fname|first|vorname|prénom|prenom|nombre|nome proprio"
        "|primo nome|voornaam"
        "|förnamn|fornavn|imię|имя|名",
        "last_name": "family name|name last|surname|lname|last|nachname|familienname|zuname|nom de famille"
        "|apellido|apellidos"
        "|cognome|sobrenome|apelido|achternaam|efternavn|efternamn|nazwisko|фамилия|姓",
        "email": "e-mail|mail|email address|e-mail address|work email|business email|email 1|e-mail 1 - value"
        "|primary email|e-mail-adresse|emailadresse|mailadresse|adresse e-mail|adresse email|courriel|correo"
        "|correo electrónico|correo electronico|posta elettronica|indirizzo email|e-mailadres|e-post|adres e-mail"
        "|электронная почта|почта|メール|邮箱",
        "phone": "phone number|telephone|tel|work phone|business phone|office phone|phone 1 - value|telefon"
        "|telefonnummer|rufnummer|téléphone|numéro de téléphone|teléfono|telefono|telefone|telefoon|telefoonnummer"
        "|numer telefonu|телефон|電話|电话",
        "mobile": "mobile phone|mobile phone number|mobile number|cell|cell phone|cellphone|handy|handynummer|mobil"
        "|mobiltelefon|mobilnummer|portable|téléphone portable|móvil|celular|cellulare|telemóvel|mobiel|komórka"
        "|мобильный|мобильный телефон|手机|携帯",
        "job_title": "organization 1 title|title|position|role|job|job role|titel|funktion|berufsbezeichnung"
        "|stelle|poste|fonction|cargo"
        "|puesto|ruolo|functie|functietitel|stanowisko|должность|職位|职位|役職",
        "company_name": "organization 1 name|company|company name|account name|account|organization"
        "|organisation|organization name"
        "|employer|associated company|firma|unternehmen|firmenname|société|entreprise|empresa|azienda|società"
        "|bedrijf|bedrijfsnaam|företag|компания|организация|会社|公司",
        "website": "website url|web site|url|homepage|web|webseite|internetseite|site web|sitio web|sito web|сайт",
        "street": "addr|addr line 1|addr line|address 1 line|street 1|"
        "address street address|street address|address|address 1|address line 1|mailing street"
        "|straße|strasse|adresse|anschrift"
        "|rue|calle|dirección|direccion|via|indirizzo|rua|endereço|straat|adres|ulica|улица|адрес|住所|地址",
        "city": "suburb|locality|municipality|post town|addr city|"
        "town|address city|mailing city|ort|stadt|wohnort|ville|ciudad|città|cidade|plaats|woonplaats"
        "|miasto|город|市",
        "state": "state/region|address state province|state/province|province|region|county"
        "|mailing state/province|mailing state|bundesland"
        "|kanton|département|région|provincia|estado|provincie|województwo|область|регион|州|省",
        "postal_code": "zip|address zip postal code|zip code|zipcode|postcode|postal|mailing zip/postal code"
        "|zip/postal code|plz|postleitzahl"
        "|code postal|código postal|codigo postal|cap|cep|kod pocztowy|индекс|почтовый индекс|郵便番号|邮编",
        "country": "country/region|address country|country code|mailing country|land|pays|país|pais|paese"
        "|kraj|страна|国|国家",
        "salutation": "prefix|name prefix|anrede|civilité|tratamiento|aanhef|titolo|обращение|敬称",
        "middle_name": "middle|name middle|middle initial|additional name|zweiter vorname|deuxième prénom"
        "|segundo nombre|отчество",
        "suffix": "name suffix|namenszusatz|generational suffix",
        "fax": "fax number|faxnummer|business fax|télécopie|факс",
        "seniority": "seniority level|management level|job level",
        "job_function": "department|abteilung|departamento|reparto|afdeling|отдел|部署|部门",
        "industry": "sector|branche|secteur d'activité|settore|industria|отрасль|業種|行业",
        "time_zone": "timezone|zeitzone|fuseau horaire|zona horaria|fuso orario|часовой пояс",
        "language": "preferred language|sprache|langue|idioma|lingua|taal|språk|язык|言語|语言",
        "linkedin": "linkedin url|linkedin profile|linkedin bio|person linkedin url|linkedin profile url",
        "twitter": "twitter username|twitter handle|x handle|twitter url",
        "facebook": "facebook url|facebook page|facebook profile",
        "lifecycle_stage": "stage|lifecycle|lebenszyklusphase",
        "lead_status": "status",
        "lead_source": "source|original source|herkunft|quelle|origine|origen|источник",
        "owner": "contact owner|owner id|lead owner",
        "birth_date": "date of birth|birthday|birthdate|dob|geburtsdatum|geburtstag|date de naissance"
        "|fecha de nacimiento|data di nascita|дата рождения",
        "last_opened": "last marketing email open date",
        "last_clicked": "last marketing email click date",
        "last_replied": "last marketing email reply date",
        "last_sent": "last marketing email send date",
        "last_contacted": "last contacted|last activity date|last activity",
        "has_opted_out": "unsubscribed from all email|email opt out|opted out|unsubscribed",
    },
    "company": {
        "name": "name org|org name|org|business name|business|trading name|site name|store name|facility name"
        "|practice name|"
        "company|company name|account name|account|organization|organisation|organization name|legal name"
        "|firma|firmenname|unternehmen|name der firma|société|entreprise|raison sociale|nom|empresa|razón social"
        "|azienda|ragione sociale|bedrijf|bedrijfsnaam|företag|nazwa firmy|компания|организация|название"
        "|会社名|公司名称",
        "domain": "company domain name|domain name|web domain|email domain|domäne",
        "website": "website url|web site|url|homepage|web|webseite|internetseite|site web|sitio web|sito web|сайт",
        "phone": "phone number|telephone|tel|main phone|company phone|telefon|telefonnummer|téléphone|teléfono"
        "|telefono|telefone|telefoon|телефон|電話|电话",
        "street": "addr|addr line 1|addr line|address 1 line|street 1|"
        "street address|address|address 1|address line 1|billing street|straße|strasse|adresse|anschrift"
        "|rue|calle|dirección|direccion|via|indirizzo|rua|endereço|straat|adres|ulica|улица|адрес|住所|地址",
        "city": "suburb|locality|municipality|post town|addr city|"
        "town|billing city|ort|stadt|sitz|ville|ciudad|città|cidade|plaats|miasto|город|市",
        "state": "state/region|state/province|province|region|county|billing state/province|billing state|bundesland"
        "|kanton|région|provincia|estado|provincie|województwo|область|регион|州|省",
        "postal_code": "zip|zip code|zipcode|postcode|postal|billing zip/postal code|zip/postal code|plz"
        "|postleitzahl|code postal|código postal|codigo postal|cap|cep|kod pocztowy|индекс|郵便番号|邮编",
        "country": "country/region|country code|billing country|land|pays|país|pais|paese|kraj|страна|国|国家",
        "industry": "sector|branche|secteur|sector|settore|отрасль|業種|行业",
        "employee_count": "number of employees|employees|headcount|mitarbeiter|mitarbeiterzahl|effectif|empleados"
        "|dipendenti|численность",
        "description": "about|about us|beschreibung|descripción|descrizione",
        "founded_year": "year founded|founded|gründungsjahr|année de création|año de fundación|anno di fondazione",
        "annual_revenue": "revenue|umsatz|jahresumsatz|chiffre d'affaires|ingresos anuales|fatturato|выручка|売上",
        "linkedin": "linkedin company page|linkedin url|company linkedin url|linkedin page",
        "twitter": "twitter handle|x handle|twitter url",
        "facebook": "facebook company page|facebook url|facebook page",
        "fax": "fax number|faxnummer|télécopie|факс",
        "time_zone": "timezone|zeitzone|fuseau horaire|zona horaria",
        "owner": "company owner|account owner|owner id",
        "lifecycle_stage": "stage",
    },
    "deal": {
        "name": "deal name|dealname|opportunity name|opportunity|deal title|geschäft|verkaufschance"
        "|nom de la transaction|nom de l'opportunité|nombre del negocio|nombre de la oportunidad|nome affare"
        "|nome da oportunidade|сделка|商談名",
        "amount": "deal amount|deal value|value|betrag|auftragswert|montant|importe|valor|importo|сумма|金額|金额",
        "currency": "deal currency|currency code|amount currency|währung|devise|moneda|valuta|валюта|通貨|货币",
        "stage": "deal stage|dealstage|opportunity stage|phase|étape|etapa|fase|этап|フェーズ",
        "pipeline": "deal pipeline|sales pipeline",
        "close_date": "closed date|expected close date|closing date|abschlussdatum|date de clôture|date de fermeture"
        "|fecha de cierre|data di chiusura|data de fechamento|дата закрытия|完了予定日",
        "deal_type": "opportunity type|art des geschäfts",
        "lost_reason": "closed lost reason|loss reason|reason lost|verlustgrund|raison de la perte|motivo de pérdida",
        "next_step": "next steps|nächster schritt|prochaine étape|próximo paso",
        "lead_source": "source|original source|herkunft|quelle|origine|origen|источник",
        "owner": "deal owner|opportunity owner|owner id",
    },
    "ticket": {
        "name": "ticket name|case subject|ticket subject|subject|betreff|objet|asunto|oggetto|assunto|тема|件名",
        "description": "ticket description|case description|beschreibung|descripción|descrizione",
        "stage": "ticket status|case status|ticket stage|status",
        "pipeline": "ticket pipeline",
        "priority": "ticket priority|case priority|priorität|priorité|prioridad|priorità|приоритет|優先度",
        "category": "ticket category|case type|kategorie|catégorie|categoría|categoria|категория",
        "channel": "case origin|ticket source|source|kanal|canal|canale|канал",
        "owner": "ticket owner|case owner|owner id",
        "closed_at": "closed date|close date|date closed",
    },
}
#: A bare "name" is a family name where another column holds given names, and a company's name among companies.
_BARE_NAMES = ("name", "nom", "naam", "nome")
#: What stands before a heading and says no more than that it is one of a person or of a company.
_PREFIXES = frozenset({
    "addr", "address", "billing", "business", "client", "contact", "contacto", "contatto", "customer", "haupt",
    "kontakt", "kunde", "lead", "mailing", "main", "native", "person", "primary", "secondary", "work", "your",
})  # fmt: skip
_BRACKETS = re.compile(r"[(\[（【][^)\]）】]*[)\]）】]")
_PARTS = re.compile(r"[:/|\-–—._]|(?<=[a-z])(?=[A-Z])")


class Heads:
    """What the headings of one file stand for. Names of a CRM's properties count, where a mapping is given.

    `more` has further fields with headings they are known by, `|` between them.
    """

    def __init__(
        self,
        kind: str,
        headings: Sequence[str],
        mapping: RecordMapping | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self._known = dict(_known(kind))
        for name, spellings in (more or {}).items():
            for spelling in (name, *spellings.split("|")):
                self._known.setdefault(folded(spelling), name)
        if kind == "company":
            self._known.update(dict.fromkeys(_BARE_NAMES, "name"))
        elif "first_name" in {self._known.get(folded(heading)) for heading in headings}:
            self._known.update(dict.fromkeys(_BARE_NAMES, "last_name"))
        for field in mapping.fields.values() if mapping else ():
            if len(field.sources) == 1 or field.choices:
                self._known.update({folded(source): field.name for source in (*field.choices, field.property)})

    def exact(self, heading: str) -> str:
        """Return the field that a heading is known for; empty when it is not."""
        return self._known.get(folded(heading), "")

    def loose(self, heading: str) -> str:
        """Return the field that a heading means apart from what stands in brackets, before or behind it."""
        bare = _BRACKETS.sub(" ", heading)
        words = _PARTS.sub(" ", bare).split()
        tries = [bare, " ".join(words)]
        while words and words[0].casefold() in _PREFIXES:
            words = words[1:]
            tries.append(" ".join(words))
        if words and words[-1].isdecimal():
            tries.append(" ".join(words[:-1]))
        keys = (folded(one) for one in tries)
        return next((self._known[key] for key in keys if key in self._known and key not in _BARE_NAMES), "")


def folded(heading: str) -> str:
    """Return a heading without case, accents, blanks and signs."""
    plain = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(character for character in plain if character.isalnum())


@functools.cache
def _known(kind: str) -> dict[str, str]:
    known = {folded(field): field for field in canonical_fields(kind)}
    for field, spellings in _HEADINGS[kind].items():
        for spelling in spellings.split("|"):
            known.setdefault(folded(spelling), field)
    return known
