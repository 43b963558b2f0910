"""The shipped data are what their sources say they are."""

import hashlib
from importlib.resources import files

import numpy as np
import pytest

from lessons.datasets import HOSPITALS, digits, heart_disease, heart_inputs, heart_profile, mnist

SHA256 = {  # of the files as taken from their sources; a change of data must be a decision
    "digits.csv.gz": "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22",
    "heart_disease.csv": "574f2fa2b43012fa25fca4fcdb36bd7c6bccdd0af4242f6c0e4c8633c5a072ae",
    "mnist_5000.npz": "d95a8a76b29105c8af34100dc78e8e5f440abf41098b00b87a8a2a0cf3f93837",
    "private_runs.csv": "6c44bc52cda18bcdd5b11dc92836fcb5639d9d9ca99d54038805880081c2e547",  # made here
    "bad_client_runs.csv": "9821d44e26732c4755071ac2189b851e5b7e59a2f7c9d048f29c7d28e16b69cc",  # made here
}


def test_files_are_those_of_the_sources():
    for name, expected in SHA256.items():
        content = files("lessons").joinpath("data", name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == expected, name


def test_every_data_file_has_its_licence_beside_it():
    folder = files("lessons").joinpath("data")
    names = {entry.name for entry in folder.iterdir()}
    for name in SHA256:
        assert f"LICENSE-{name.split('.')[0]}.md" in names
    table = folder.joinpath("README.md").read_text("utf-8")
    assert all(f"`{name}`" in table for name in SHA256)
    assert {name for name in names if not name.endswith(".md")} == set(SHA256)


def test_no_column_numbers_the_patients():
    table = heart_disease()
    assert "hospital" in table and not {"id", "dataset"} & set(table)
    assert all(len(np.unique(column)) < 920 / 2 for column in table.values())


def test_profile_of_the_heart_patients_says_yes_or_no_sixteen_times():
    table = heart_disease()
    facts = heart_profile(table)
    assert len(facts) == 16
    assert all(fact.shape == (920,) and fact.dtype == bool for fact in facts.values())
    assert all(0.05 < fact.mean() < 0.95 for fact in facts.values()), (
        "no misspelt entry of the table"
    )
    assert not facts["vessel coloured"][np.isnan(table["ca"])].any(), "an empty field counts as no"
    for first, second in (("slope flat", "slope upwards"), ("ECG normal", "ECG: thick heart wall")):
        assert not (facts[first] & facts[second]).any()
    for name, column in (("60 or older", "age"), ("cholesterol from 240", "chol")):
        smallest = 60 if column == "age" else 240
        assert table[column][facts[name]].min() == smallest


def test_inputs_of_a_linear_model_are_scaled_back_to_the_table():
    table = heart_disease()
    names = ("age", "trestbps", "chol", "thalch", "oldpeak")
    for hospital, n in zip(HOSPITALS, (304, 269, 0), strict=False):
        inputs, sick = heart_inputs(table, hospital=hospital)
        rows = table["hospital"] == hospital
        rows &= np.isfinite([table[name] for name in names]).all(axis=0) & (table["chol"] > 0)
        assert inputs.shape == (n, 6) and (inputs[:, 5] == 1).all()
        back = inputs[:, :5] * [10, 20, 50, 20, 1] + [55, 130, 240, 150, 1]
        assert np.allclose(back, np.stack([table[name][rows] for name in names], axis=1))
        assert (sick == (table["num"][rows] > 0)).all()
    with pytest.raises(ValueError, match=r"hospital must be one of Cleveland.*, got 'Bonn'"):
        heart_inputs(table, hospital="Bonn")


def test_digits_are_1797_images_of_64_pixels():
    images, labels = digits()
    assert images.shape == (1797, 64) and images.dtype == np.float32
    assert (images.min(), images.max()) == (0.0, 1.0)
    # class counts of the UCI test part (optdigits.names)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_heart_table_holds_four_hospitals():
    table = heart_disease()
    assert {len(column) for column in table.values()} == {920}
    counts = [int(np.sum(table["hospital"] == hospital)) for hospital in HOSPITALS]
    assert counts == [304, 293, 123, 200]
    assert int(np.sum(table["num"] > 0)) == 509
    assert set(table["sex"]) == {"Male", "Female"}


def test_missing_numbers_are_nan_and_never_zero():
    table = heart_disease()
    assert int(np.isnan(table["trestbps"]).sum()) == 59
    assert int(np.isnan(table["chol"]).sum()) == 30
    swiss = table["hospital"] == "Switzerland"
    assert set(table["chol"][swiss]) == {0.0}, "Switzerland writes 0 for not measured"


def test_mnist_has_500_images_of_each_class():
    images, labels = mnist()
    assert images.shape == (5000, 784) and images.dtype == np.float32
    assert (images.min(), images.max()) == (0.0, 1.0)
    assert np.bincount(labels).tolist() == [500] * 10
