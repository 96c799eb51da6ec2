Liebe Kundin,
anbei die Sicherung.
