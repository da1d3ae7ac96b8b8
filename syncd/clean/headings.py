"""What people, HubSpot, Salesforce and mail programs call their columns, in several languages."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence

from mappings import canonical_fields

#: Headings by kind and field, apart from the field's own name. Case, accents, blanks and signs make no difference.
_HEADINGS: dict[str, dict[str, str]] = {
    "person": {
        "first_name": "given name|forename|fname|first|vorname|prénom|prenom|nombre|nome proprio|primo nome|voornaam"
        "|förnamn|fornavn|imię|имя|名",
        "last_name": "family name|surname|lname|last|nachname|familienname|zuname|nom de famille|apellido|apellidos"
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
        "job_title": "title|position|role|job|job role|titel|funktion|berufsbezeichnung|stelle|poste|fonction|cargo"
        "|puesto|ruolo|functie|functietitel|stanowisko|должность|職位|职位|役職",
        "company_name": "company|company name|account name|account|organization|organisation|organization name"
        "|employer|associated company|firma|unternehmen|firmenname|société|entreprise|empresa|azienda|società"
        "|bedrijf|bedrijfsnaam|företag|компания|организация|会社|公司",
        "website": "website url|web site|url|homepage|web|webseite|internetseite|site web|sitio web|sito web|сайт",
        "street": "street address|address|address 1|address line 1|mailing street|straße|strasse|adresse|anschrift"
        "|rue|calle|dirección|direccion|via|indirizzo|rua|endereço|straat|adres|ulica|улица|адрес|住所|地址",
        "city": "town|mailing city|ort|stadt|wohnort|ville|ciudad|città|cidade|plaats|woonplaats|miasto|город|市",
        "state": "state/region|state/province|province|region|county|mailing state/province|mailing state|bundesland"
        "|kanton|département|région|provincia|estado|provincie|województwo|область|регион|州|省",
        "postal_code": "zip|zip code|zipcode|postcode|postal|mailing zip/postal code|zip/postal code|plz|postleitzahl"
        "|code postal|código postal|codigo postal|cap|cep|kod pocztowy|индекс|почтовый индекс|郵便番号|邮编",
        "country": "country/region|country code|mailing country|land|pays|país|pais|paese|kraj|страна|国|国家",
        "lifecycle_stage": "stage",
        "lead_status": "status",
        "lead_source": "source|original source|herkunft|quelle",
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
        "name": "company|company name|account name|account|organization|organisation|organization name|legal name"
        "|firma|firmenname|unternehmen|name der firma|société|entreprise|raison sociale|nom|empresa|razón social"
        "|azienda|ragione sociale|bedrijf|bedrijfsnaam|företag|nazwa firmy|компания|организация|название"
        "|会社名|公司名称",
        "domain": "company domain name|domain name|web domain|email domain|domäne",
        "website": "website url|web site|url|homepage|web|webseite|internetseite|site web|sitio web|sito web|сайт",
        "phone": "phone number|telephone|tel|main phone|company phone|telefon|telefonnummer|téléphone|teléfono"
        "|telefono|telefone|telefoon|телефон|電話|电话",
        "street": "street address|address|address 1|address line 1|billing street|straße|strasse|adresse|anschrift"
        "|rue|calle|dirección|direccion|via|indirizzo|rua|endereço|straat|adres|ulica|улица|адрес|住所|地址",
        "city": "town|billing city|ort|stadt|sitz|ville|ciudad|città|cidade|plaats|miasto|город|市",
        "state": "state/region|state/province|province|region|county|billing state/province|billing state|bundesland"
        "|kanton|région|provincia|estado|provincie|województwo|область|регион|州|省",
        "postal_code": "zip|zip code|zipcode|postcode|postal|billing zip/postal code|zip/postal code|plz"
        "|postleitzahl|code postal|código postal|codigo postal|cap|cep|kod pocztowy|индекс|郵便番号|邮编",
        "country": "country/region|country code|billing country|land|pays|país|pais|paese|kraj|страна|国|国家",
        "industry": "sector|branche|secteur|sector|settore|отрасль|業種|行业",
        "employee_count": "number of employees|employees|headcount|mitarbeiter|mitarbeiterzahl|effectif|empleados"
        "|dipendenti|численность",
        "description": "about|about us|beschreibung|descripción|descrizione",
        "owner": "company owner|account owner|owner id",
        "lifecycle_stage": "stage",
    },
}
#: A bare "name" is a family name where another column holds given names, and a company's name among companies.
_BARE_NAMES = ("name", "nom", "naam", "nome")


def folded(heading: str) -> str:
    """Return a heading without case, accents, blanks and signs."""
    plain = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(character for character in plain if character.isalnum())


def fields_by_heading(kind: str, headings: Sequence[str]) -> dict[str, str]:
    """Return the field each folded heading stands for in a file with these headings."""
    known = dict(_known(kind))
    if kind == "company":
        known.update(dict.fromkeys(_BARE_NAMES, "name"))
    elif "first_name" in {known.get(folded(heading)) for heading in headings}:
        known.update(dict.fromkeys(_BARE_NAMES, "last_name"))
    return known


@functools.cache
def _known(kind: str) -> dict[str, str]:
    known = {folded(field): field for field in canonical_fields(kind)}
    for field, spellings in _HEADINGS[kind].items():
        for spelling in spellings.split("|"):
            known.setdefault(folded(spelling), field)
    return known
