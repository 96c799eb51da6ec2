# CAO-Faktura
# Datum :14.03.2024
# Mandant :X
#
