"""Published data of qualitative comparative analysis, for its tests."""

import pandas as pd

# Lipset's data on democracies between the wars, fuzzy (Ragin 2009, in Rihoux and Ragin, eds., Configurational
# Comparative Methods, p. 95; LF in the R package QCA). The crisp version (Rihoux and De Meur 2009; LC) is
# the same above 0.5 in every cell.
SETS = ["DEV", "URB", "LIT", "IND", "STB"]
LIPSET = """
AU .81 .12 .99 .73 .43 .05
BE .99 .89 .98 1 .98 .95
CZ .58 .98 .98 .90 .91 .89
EE .16 .07 .98 .01 .91 .12
FI .58 .03 .99 .08 .58 .77
FR .98 .03 .99 .81 .95 .95
DE .89 .79 .99 .96 .31 .05
GR .04 .09 .13 .36 .43 .06
HU .07 .16 .88 .07 .13 .42
IE .72 .05 .98 .01 .95 .92
IT .34 .10 .41 .47 .58 .05
NL .98 1 .99 .94 .99 .95
PL .02 .17 .59 0 0 .12
PT .01 .02 .01 .11 .01 .05
RO .01 .03 .17 0 .84 .21
ES .03 .30 .09 .21 .20 .06
SE .95 .13 .99 .67 .91 .95
UK .98 .99 .99 1 .98 .95
"""
ROWS = [line.split() for line in LIPSET.split("\n") if line]
FUZZY = pd.DataFrame(
    [list(map(float, row[1:])) for row in ROWS], columns=[*SETS, "SURV"], index=[row[0] for row in ROWS]
)
CRISP = (FUZZY > 0.5).astype(float)

# Women in parliament in 22 democracies (Krook 2010, Political Studies 58; d.represent in the R package QCA),
# rebuilt from the truth table that the package's own tests print: quota etc. by row, outcome, cases.
KROOK_SETS = ["ES", "QU", "WS", "WM", "LP"]
KROOK = """
00010 0 CA US
00011 1 NZ
01000 0 IT
01010 0 AU GB FR IE
01011 1 DE
10001 0 LU
10100 1 FI
10111 1 DK
11000 0 CH PT GR
11001 1 AT
11010 1 ES
11011 1 NL BE
11100 1 SE
11111 1 NO IS
"""
PARLIAMENTS = pd.DataFrame(
    {
        case: [*map(float, bits), float(out)]
        for bits, out, *cases in (line.split() for line in KROOK.split("\n") if line)
        for case in cases
    },
    index=[*KROOK_SETS, "WNP"],
).T
