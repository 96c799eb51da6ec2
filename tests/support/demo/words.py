# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the demo Mandant, all invented, and the texts that are hard to get through."""

from __future__ import annotations

FIRST_NAMES = (
    "Änne", "Björn", "Cäcilie", "Dörte", "Emil", "Frauke", "Götz", "Hanne", "Ingo", "Jürgen", "Käthe", "Lütke",
    "Marlene", "Niklas", "Ömer", "Petra", "Ruth", "Sören", "Theresa", "Ulf", "Vroni", "Wiebke", "Yannick", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Ackermännle", "Bärlauch", "Distelfink", "Eichenhäuser", "Fürchtegott", "Grünspan", "Hägebusch", "Immergrün",
    "Jägersruh", "Körnlein", "Löwenzahn", "Mühlengrund", "Nüßlein", "Öhrchen", "Pfefferkorn", "Quendel",
    "Rübenach", "Süßholz", "Thymianow", "Überwasser", "Veilchental", "Wegwarth", "Ysopsky", "Zwiebler",
)  # fmt: skip
COMPANIES = (
    "Teestübchen", "Gewürzkontor", "Gärtnerei", "Naturkost", "Hofladen", "Kräuterdrogerie", "Café", "Landgasthof",
)  # fmt: skip
LEGAL_FORMS = ("e. K.", "GbR", "GmbH", "OHG")
STREETS = (
    "Am Mühlbach", "Bärlauchweg", "Brunnengäßchen", "Dörrhof", "Fliederstraße", "Hinter der Scheune", "Holunderallee",
    "Kirchplatz", "Lindenhöhe", "Obere Wörth", "Schäfergasse", "Süßkirschenweg", "Über den Gärten", "Ziegelhütte",
)  # fmt: skip
# No place in Germany has a postal code that begins with 00.
TOWNS = (
    ("00101", "Mühlbach an der Öde"), ("00117", "Bad Kräutersalz"), ("00203", "Süßental"), ("00249", "Oberdörrfeld"),
    ("00311", "Grünhaslach"), ("00377", "Weißenähre"), ("00402", "Thymianshausen"), ("00456", "Neu-Rübenau"),
    ("00520", "Hölzchen"), ("00588", "Äpfelberg"), ("00612", "Übersee-Ost"), ("00699", "Königstee"),
)  # fmt: skip
PLANTS = (
    "Anis", "Bärlauch", "Brennnessel", "Dill", "Eibisch", "Fenchel", "Gänseblümchen", "Hagebutte", "Ingwer",
    "Johanniskraut", "Kamille", "Kümmel", "Lavendel", "Löwenzahn", "Majoran", "Melisse", "Oregano", "Pfefferminze",
    "Ringelblume", "Rosmarin", "Salbei", "Schafgarbe", "Süßholz", "Thymian", "Veilchen", "Wermut", "Ysop", "Zimt",
)  # fmt: skip
# Name, tax code (1: 7 %, 2: 19 %) and what articles of the group are called, of the product groups 1 to 7.
GROUPS = (
    ("Kräutertee", 1, ("{}tee lose, 100 g", "{}tee, 20 Beutel à 2 g", "{} „Omas Mischung\u201c, 250 g")),
    ("Gewürze", 1, ("{} gemahlen, 50 g", "{} gerebelt, 30 g", "{}salz ½ kg")),
    ("Seifen und Salben", 2, ("{}seife ¼ Pfund", "{}salbe 75 ml", "{}öl 10 ml – 100 % ätherisch")),
    ("Saatgut und Pflanzen", 1, ("{}, Saatgut 2 g", "{} im Topf ø 9 cm", "{}, Staude 1,5 l")),
    ("Geschenke", 2, ("Duftkissen {} 20×20 cm", "Kerze „{}\u201c ±12 h", "Geschenkkorb ‚{}\u2018")),
    ("Kurse", 2, ("Kurs: {} erkennen & sammeln", "Wanderung „{} am Wegesrand\u201c", "Seminar {} 2 × ½ Tag")),
    ("Bücher", 1, ("Das {}-Büchlein", "{} – Heilkunde für Anfänger", "Kochen mit {}…")),
)
UNITS = ("Stück", "kg", "Pck.", "Fl.", "Std.", "m²", "Paar", "½ Dtzd.")
HARD_TEXTS = (
    "Liefern bis 12:00 Uhr;\r\nsonst Anruf;\r\nDanke;",
    "'); DROP TABLE JOURNAL; -- Scherz eines Kunden",
    "INSERT INTO ARTIKEL VALUES ('1','2');\r\n# TABLE [ARTIKEL]\r\n#\r\ndrop table if exists ARTIKEL;",
    "Preis 3,50 € – „frisch\u201c ‚gepflückt\u2018 … 100 ‰ Bio™ Šalvia žito Œuvre",
    "Pfad C:\\CAO-Faktura\\Belege\\neu\\'2026'\\",
    "/*!40101 SET NAMES utf8 */; /* offen",
    "# kein Kommentar -- auch nicht\n-- Zeile 3\n",
    "Er sagte: \"Ja, das ist 'gut'\", und ging.",
    "NULL",
    "",
    " Leerzeichen am Anfang und am Ende ",
    "Tab\tund Backspace\b, 100%_ige Muster \\% \\_",
    "`DELIMITER` //\r\nCREATE TRIGGER x BEFORE INSERT ON y FOR EACH ROW SET @a = 1;//\r\n",
    "Ende mit Backslash \\",
    "0x4B72C3A4",
    "Nul \x00 und Sub \x1a mitten im Text",
)
EVERY_BYTE = bytes(range(256))
