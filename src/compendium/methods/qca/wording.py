"""Figures as readers see them."""

import pandas as pd


def for_readers(frame: pd.DataFrame) -> pd.DataFrame:
    """Two decimals (a small share is not shown as none), yes and no, and a dash where there is no value."""
    shown = frame.copy()
    for column in shown.columns:
        if pd.api.types.is_bool_dtype(shown[column]):
            shown[column] = shown[column].map({True: "yes", False: "no"})
        elif pd.api.types.is_float_dtype(shown[column]):
            shown[column] = shown[column].map(_decimals, na_action=None)
    return shown


def _decimals(value: float) -> str:
    if pd.isna(value):
        return "–"
    return "<0.01" if 0 < value < 0.005 else f"{value:.2f}"
