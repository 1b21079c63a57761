"""Published cross-impact matrices and their printed results, for the tests of the method."""

# Weimer-Jehle (2013), ScenarioWizard 4.1 manual, page 11, Fig. 2-2: the matrix of the example "Somewhereland".
# The stored text of the page drops the empty blocks on the diagonal; they are put back here as zeros.
SOMEWHERELAND = {
    "A": ["A1", "A2", "A3"],
    "B": ["B1", "B2", "B3"],
    "C": ["C1", "C2", "C3"],
    "D": ["D1", "D2"],
    "E": ["E1", "E2", "E3"],
    "F": ["F1", "F2", "F3"],
}
SOMEWHERELAND_ROWS = """
 0  0  0 -2  1  1  0  0  0  0  0 -2  1  1  0  0  0
 0  0  0  2  1 -3 -2 -1  3 -2  2  0  0  0  2 -1 -1
 0  0  0  0  0  0  0  2 -2  3 -3  2 -1 -1 -2  2  0
 0  0  0  0  0  0 -2  1  1  0  0  0  0  0  0  0  0
 0  0  0  0  0  0  0  1 -1  0  0  1  0 -1  0  0  0
 3 -1 -2  0  0  0  3  0 -3  0  0  3 -1 -2 -2  1  1
 2  1 -3  0  0  0  0  0  0 -2  2 -3  1  2  0  0  0
-1  2 -1  0  0  0  0  0  0  0  0  0  0  0  0  0  0
 0  0  0  0  0  0  0  0  0 -2  2  3 -1 -2  0  0  0
 0  0  0  0  0  0  0  0  0  0  0  3 -1 -2 -2  1  1
 0 -3  3  0  0  0  0  0  0  0  0 -3  1  2  2 -1 -1
 0  0  0  0  0  0 -2 -1  3  0  0  0  0  0  2 -1 -1
 0  0  0 -1  0  1  1  1 -2  0  0  0  0  0 -1  0  1
 2 -1 -1 -3  1  2  3  0 -3  0  0  0  0  0 -2 -1  3
 0  3 -3  0  0  0 -3  0  3 -3  3 -2  1  1  0  0  0
 1 -2  1  0  0  0 -1  2 -1  2 -2  2 -1 -1  0  0  0
 0  0  0  0  0  0 -1  2 -1  1 -1  2 -1 -1  0  0  0
"""
# The same page, row "Balances", for the scenario A2 B1 C3 D1 E1 F1.
PRINTED_BALANCES = [0, 3, -3, 2, 1, -3, -9, -1, 10, -7, 7, 4, -1, -3, 2, -1, -1]
# http://www.cross-impact.de/english/CIB_e_Alg_4.htm: the ten consistent of the 486 scenarios.
PRINTED_SCENARIOS = """
A3 B1 C3 D2 E1 F1
A3 B2 C3 D2 E1 F1
A2 B1 C3 D2 E2 F1
A2 B2 C3 D2 E2 F1
A3 B1 C2 D1 E1 F2
A1 B2 C2 D1 E1 F2
A3 B2 C2 D1 E1 F2
A1 B3 C2 D1 E1 F2
A1 B3 C2 D1 E1 F3
A1 B3 C1 D2 E3 F3
"""
# CIB_global.scw and CIB_global.sl of github.com/sei-international/cibsa: a matrix, and the solution list that
# ScenarioWizard wrote for it, with its column of total impact scores.
GLOBAL = {"WTRD": ["1", "2", "3"], "WSEC": ["1", "2", "3"], "WECO": ["1", "2", "3", "4"]}
GLOBAL_ROWS = """
 0  0  0  1  2 -3 -4 -2  3  3
 0  0  0 -2  1  1  3  5 -3 -5
 0  0  0  2  1 -3 -2  0  4 -2
 1 -3  2  0  0  0 -1 -1  1  1
 1 -2  1  0  0  0  0  1  0 -1
-2  3 -1  0  0  0  1  2 -1 -2
-3  5 -2 -3  1  2  0  0  0  0
-2  3 -1 -2  1  1  0  0  0  0
 2 -4  2  1  0 -1  0  0  0  0
 3 -6  3 -1  1  0  0  0  0  0
"""
GLOBAL_SOLUTIONS = {"222": 9, "123": 8, "313": 12, "232": 15}
