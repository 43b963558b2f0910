"""The real data that ship with the course: small, licensed, read from disk, never downloaded.

Sources and licences stand in ``lessons/data/README.md``.
"""

import csv
import gzip
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

HOSPITALS = ("Cleveland", "Hungary", "Switzerland", "VA Long Beach")

_HEART_SCALES = {  # public round numbers, about the middle and the spread: no hospital's own statistics
    "age": (55, 10),
    "trestbps": (130, 20),
    "chol": (240, 50),
    "thalch": (150, 20),
    "oldpeak": (1, 1),
}

_HEART_NUMBERS = ("age", "trestbps", "chol", "thalch", "oldpeak", "ca", "num")


def heart_disease() -> dict[str, NDArray[np.float64] | NDArray[np.str_]]:
    """UCI Heart Disease: 920 patients of four hospitals, one array of length 920 per column.

    Numbers are float64 with NaN where the hospital left the field empty; text columns keep "" there.
    ``hospital`` is one of ``HOSPITALS``; ``age`` is in years, ``trestbps`` (blood pressure at rest)
    in mmHg, ``chol`` (serum cholesterol) in mg/dl with 0 for *not measured* in Switzerland,
    ``num`` > 0 means disease (0 to 4). Janosi, Steinbrunn, Pfisterer and Detrano (1988).
    """
    text = files("lessons").joinpath("data", "heart_disease.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    table: dict[str, NDArray[np.float64] | NDArray[np.str_]] = {}
    for column in rows[0]:
        entries = [row[column] for row in rows]
        if column in _HEART_NUMBERS:
            table[column] = np.array([float(entry) if entry else np.nan for entry in entries])
        elif column != "id":
            table["hospital" if column == "dataset" else column] = np.array(entries)
    return table


def heart_profile(
    table: dict[str, NDArray[np.float64] | NDArray[np.str_]],
) -> dict[str, NDArray[np.bool_]]:
    """Sixteen yes-or-no facts about each patient of ``heart_disease()``; an empty field counts as no."""
    age, pressure, chol, rate, st, vessels, disease = (
        np.asarray(table[name], dtype=np.float64)
        for name in ("age", "trestbps", "chol", "thalch", "oldpeak", "ca", "num")
    )
    return {
        "60 or older": age >= 60,
        "man": table["sex"] == "Male",
        "blood pressure from 140": pressure >= 140,
        "cholesterol from 240": chol >= 240,
        "high blood sugar": table["fbs"] == "TRUE",
        "top heart rate below 140": rate < 140,
        "pain in exercise": table["exang"] == "TRUE",
        "no chest pain": table["cp"] == "asymptomatic",
        "ECG normal": table["restecg"] == "normal",
        "ECG: thick heart wall": table["restecg"] == "lv hypertrophy",
        "ST lowered by 1": st >= 1,
        "slope flat": table["slope"] == "flat",
        "slope upwards": table["slope"] == "upsloping",
        "vessel coloured": vessels >= 1,
        "defect reversible": table["thal"] == "reversable defect",
        "heart disease": disease > 0,
    }


def heart_inputs(
    table: dict[str, NDArray[np.float64] | NDArray[np.str_]], *, hospital: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Inputs of a linear model (n, 6), and who has heart disease (n,), for one of ``HOSPITALS``.

    Age, blood pressure, cholesterol, top heart rate and ST depression, centred and scaled with public
    round numbers, and a constant 1; only patients with all five (0 counts as no cholesterol).
    """
    if hospital not in HOSPITALS:
        raise ValueError(f"hospital must be one of {', '.join(HOSPITALS)}, got {hospital!r}")
    columns = [np.asarray(table[name], dtype=np.float64) for name in _HEART_SCALES]
    kept = np.isfinite(columns).all(axis=0) & (table["chol"] != 0) & (table["hospital"] == hospital)
    scaled = [
        (column[kept] - centre) / scale
        for column, (centre, scale) in zip(columns, _HEART_SCALES.values(), strict=True)
    ]
    sick = np.asarray(table["num"], dtype=np.float64)[kept] > 0
    return np.column_stack([*scaled, np.ones(len(sick))]), sick


def digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """UCI Optical Recognition of Handwritten Digits: 1797 grey images of 8 by 8 pixels.

    Returns ``images`` of shape (1797, 64), float32 from 0 to 1, and ``labels`` of shape (1797,), 0 to 9.
    Alpaydin and Kaynak (1998).
    """
    packed = files("lessons").joinpath("data", "digits.csv.gz").read_bytes()
    lines = gzip.decompress(packed).decode("ascii").splitlines()
    table = np.array([line.split(",") for line in lines], dtype=np.int64)
    return (table[:, :-1] / 16).astype(np.float32), table[:, -1]


def mnist() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """5000 handwritten digits of MNIST, 500 of each class, grey images of 28 by 28 pixels.

    Returns ``images`` of shape (5000, 784), float32 from 0 to 1, and ``labels`` of shape (5000,), sorted.
    LeCun, Cortes and Burges (1998).
    """
    with files("lessons").joinpath("data", "mnist_5000.npz").open("rb") as file:
        stored = np.load(file)
        return (stored["X"].reshape(-1, 784) / np.float32(255)), stored["y"].astype(np.int64)
