"""Names, domains and phone prefixes of generated users.

Each name comes with its spelling in an e-mail address.
"""

import unicodedata

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", " ": "", "'": ""})


def _ascii(name: str) -> str:
    spelled = unicodedata.normalize("NFKD", name.lower().translate(_GERMAN))
    return spelled.encode("ascii", "ignore").decode()


_FIRST = (
    *("Ana", "João", "Antônio", "Beatriz", "Caio", "Cláudia", "Débora", "Emília", "Fábio"),
    *("Flávia", "Gonçalo", "Helena", "Inês", "Joaquim", "Letícia", "Luís", "Márcia", "Natália"),
    *("Otávio", "Patrícia", "Rogério", "Sônia", "Thaís", "Vinícius", "Anke", "Björn", "Christoph"),
    *("Dörte", "Friederike", "Günther", "Heike", "Jörg", "Jürgen", "Käthe", "Lukas", "Matthias"),
    *("Renate", "Stefan", "Uwe", "Ursula", "Zoë", "François", "Siobhán", "Łukasz"),
)
_LAST = (
    *("Almeida", "Araújo", "Barbosa", "Cardoso", "da Conceição", "da Silva", "de Oliveira"),
    *("dos Santos", "Ferreira", "Gonçalves", "Guimarães", "Lima", "Magalhães", "Nóbrega"),
    *("Pereira", "Ribeiro", "Simões", "Souza", "Teixeira", "Vasconcelos", "Becker", "Bäcker"),
    *("Fischer", "Großmann", "Hübner", "Köhler", "Krüger", "Löwe", "Meyer", "Müller", "Neumann"),
    *("Schäfer", "Schröder", "Schulze", "Voß", "von der Heide", "Weiß", "Zimmermann", "O'Neill"),
)

FIRST_NAMES = [(name, _ascii(name)) for name in _FIRST]
LAST_NAMES = [(name, _ascii(name)) for name in _LAST]
DOMAINS = (
    *("example.com", "example.org", "mail.example.net", "empresa.example.com"),
    *("correio.example.org", "firma.example.net", "post.example.com"),
)
PHONE_PREFIXES = (
    *("+55 11 9", "+55 21 9", "+55 31 9", "+55 48 9", "+55 71 9"),
    *("+49 151 ", "+49 160 ", "+49 30 ", "+49 89 ", "+351 91 ", "+44 20 "),
)
