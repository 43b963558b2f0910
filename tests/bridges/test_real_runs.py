"""Each library of part 5, run for real where it is set up: it answers as its stored result says."""

import numpy as np
import pytest

from lessons import bridges

NAMES = sorted(path.stem for path in bridges.SCRIPTS.glob("*.py"))
LESSON = {"mpyc": "mpyc_crypten", "crypten": "mpyc_crypten"}  # of those that share one
ABOUT = 0.05  # for what its script calls about_...: a training run, which another processor rounds elsewhere


@pytest.mark.parametrize("name", NAMES, ids=lambda name: f"{name}-{LESSON.get(name, name)}")
def test_a_bridge_that_is_set_up_still_answers_as_its_stored_result_says(name):
    if not bridges.is_set_up(name):
        pytest.skip(f"python course.py bridge {name}")
    given, stored = bridges.stored(name)
    answer = bridges.run(name, given, seconds=600)
    assert answer.keys() == stored.keys()
    for key in sorted(key for key in answer if not key.startswith("seconds")):
        off = ABOUT if key.startswith("about") else 1e-6
        if key.startswith("drawn"):  # shares, masks, noise: another one each time
            assert (answer[key].shape, answer[key].dtype) == (stored[key].shape, stored[key].dtype)
        elif stored[key].dtype.kind in "US":
            assert (answer[key] == stored[key]).all(), key
        else:
            np.testing.assert_allclose(answer[key], stored[key], rtol=off, atol=off, err_msg=key)
