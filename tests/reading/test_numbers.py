"""Files of numbers: read exactly; hostile ones refused in one line that names file and place."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symattn.core.errors import SymattnError, Unreadable, Usage
from symattn.core.instance import instance
from symattn.mechanisms.spec import mechanism
from symattn.reading.numbers import LARGEST_FILE, read_numbers


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(path: Path | str) -> str:
    """The one line of the refusal, which names the file."""
    with pytest.raises(SymattnError) as refusal:
        read_numbers(path)
    line = str(refusal.value)
    assert Path(path).name in line
    assert "\n" not in line
    assert len(line) < 300
    return line


def test_json_numbers_are_their_texts(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "numbers.json",
        '{"Q": [["1", "1/3"], [0.1, null]], "K": [[-0.25, 2e-3], [7, "-1/2"]],'
        ' "m": {"-2": "1/3"}, "parameters": {"T": 0.30000000000000001, "visible": 3}}',
    )
    found = read_numbers(path)
    assert found.arrays["Q"] == ((1, Fraction(1, 3)), (Fraction(1, 10), None))
    assert found.arrays["K"] == ((Fraction(-1, 4), Fraction(1, 500)), (7, Fraction(-1, 2)))
    assert found.arrays["m"] == {-2: Fraction(1, 3)}
    assert found.parameters["T"] == Fraction(30000000000000001, 10**17)


def test_csv_is_one_matrix_named_by_its_file(tmp_path: Path) -> None:
    path = write(tmp_path, "Q.csv", "\ufeff# queries\n1, 1/3\n\n-0.5,2e-1\r\n")
    assert read_numbers(path).arrays == {
        "Q": ((1, Fraction(1, 3)), (Fraction(-1, 2), Fraction(1, 5)))
    }


def test_npz_floats_are_binary_fractions(tmp_path: Path) -> None:
    path = tmp_path / "all.npz"
    np.savez_compressed(
        path, Q=np.array([[0.1, 2.0]]), K=np.array([[1, -2]], dtype=">i4"), T=np.float32(0.1),
        keep=np.array([True, False]),
    )  # fmt: skip
    found = read_numbers(path)
    assert found.arrays["Q"] == ((Fraction(0.1), 2),)
    assert found.arrays["K"] == ((1, -2),)
    assert found.arrays["keep"] == (1, 0)
    assert found.parameters == {"T": Fraction(float(np.float32(0.1)))}


def test_several_files_together(tmp_path: Path) -> None:
    q, k = write(tmp_path, "Q.csv", "1,2"), write(tmp_path, "K.csv", "3,4")
    one = instance(mechanism("causal"), numbers=read_numbers([q, k]))
    assert (one.sizes["n_k"], one.sizes["d"]) == (1, 2)
    with pytest.raises(Usage, match="Q is given twice"):
        read_numbers([q, q])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"Q": [["1e999999999"]]}', "Q[0][0]: column 3: an exponent beyond 400"),
        ('{"Q": [[1e999999999]]}', "Q[0][0]: column 3: an exponent beyond 400"),
        ('{"Q": [[' + "9" * 5000 + "]]}", "Q[0][0]: a number of over 400 characters"),
        ('{"Q": [[NaN]]}', "expected a finite number in 'NaN'"),
        ('{"Q": [[-Infinity]]}', "expected a finite number"),
        ('{"Q": [["inf"]]}', "Q[0][0]: expected a finite number"),
        ('{"Q": [["one"]]}', "Q[0][0]: expected a number like 3, -0.25 or 1/3 in 'one'"),
        ('{"Q": [["1/0"]]}', "Q[0][0]: column 3: a denominator of 0"),
        ('{"Q": [[1, 2]}', "column 14: expected JSON: expecting ',' delimiter"),
        ('{"Q":\n [[1, 2}', "line 2, column 8: expected JSON"),
        ('{"Q": 1, "Q": 2}', "the key 'Q' is given twice"),
        ('{"paramters": {"T": 1}}', "unknown key 'paramters'; did you mean 'parameters'?"),
        ('{"parameters": [1]}', "parameters: expected names"),
        ('{"Q R": [[1]]}', "expected a name like Q or W_q, got 'Q R'"),
        ("[1, 2]", "expected an object"),
        ("", "expected JSON"),
        (b"\xff\xfe", "byte 0: expected text in UTF-8"),
        ("[" * 100_000, "nested too deeply"),
        ('{"Q": ' + "[" * 50 + "]" * 50 + "}", "nested deeper than 8"),
        ('{"a": {"0": 1, "00": 2}}', "an index is given twice"),
    ],
)  # fmt: skip
def test_bad_json_is_refused(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in refused(write(tmp_path, "numbers.json", content))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1,2\n3,x", "line 2, number 2: expected a number like 3, -0.25 or 1/3 in 'x'"),
        ("1,2,", "line 1, number 3: expected a number"),
        ("1;2", "line 1: expected commas between numbers"),
        ("1 2", "line 1: expected commas between numbers"),
        ("q0,q1\n1,2", "line 1, number 1: expected a number"),
        ("1e999999999", "line 1, number 1: column 3: an exponent beyond 400"),
        ("", "expected a row of numbers"),
        (b"\xff", "byte 0: expected text in UTF-8"),
    ],
)  # fmt: skip
def test_bad_csv_is_refused(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in refused(write(tmp_path, "Q.csv", content))


def archive(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return data.getvalue()


def header(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def saved(array: Any) -> bytes:
    data = io.BytesIO()
    np.save(data, array, allow_pickle=True)
    return data.getvalue()


HUGE = header("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999,), }\n")
NEGATIVE = header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "expected a NumPy archive"),
        (b"PK\x03\x04 not really", "expected a NumPy archive"),
        (archive({"Q.npy": saved(np.array([{}]))}), "expected real numbers, got object"),
        (archive({"Q.npy": saved(np.array([1j]))}), "expected real numbers, got complex128"),
        (archive({"Q.npy": saved(np.array(["1"]))}), "expected real numbers"),
        (archive({"Q.npy": saved(np.array([[0.0, np.nan]]))}), "Q[0][1]: expected a finite number"),
        (archive({"Q.npy": saved(np.array([np.inf]))}), "Q[0]: expected a finite number"),
        (archive({"Q.npy": HUGE}), "promises 999999999999 numbers"),
        (archive({"Q.npy": NEGATIVE}), "promises -1 numbers"),
        (archive({"Q.npy": header("__import__('os').system('false')\n")}), "Q.npy: "),
        (archive({"Q.npy": b"junk"}), "Q.npy: "),
        (archive({"Q.npy": saved(np.zeros(9))[:-8]}), "Q.npy: "),
        (archive({"Q.txt": b"1"}), "expected an array as numpy.savez writes it"),
        (archive({"parameters.npy": saved(np.zeros(1))}), "called parameters"),
        (archive({"Q.npy": b"\0" * (LARGEST_FILE + 1)}), "larger than 16 MB when unpacked"),
        (archive({"Q.npy": saved(np.zeros(3))})[:-40], "expected a NumPy archive"),
    ],
    ids=range(16),
)  # fmt: skip
def test_bad_archives_are_refused(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refused(write(tmp_path, "numbers.npz", content))


def test_damaged_data_is_noticed(tmp_path: Path) -> None:
    whole = bytearray(archive({"Q.npy": saved(np.arange(100.0))}))
    whole[60] ^= 0xFF
    assert refused(write(tmp_path, "numbers.npz", bytes(whole)))


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "missing.json")
    assert "expected a file that ends with .json, .npz, .csv" in refused(tmp_path / "Q.txt")
    (tmp_path / "folder.json").mkdir()
    assert "directory" in refused(tmp_path / "folder.json")


def test_a_large_file_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr(json, "loads", never)
    assert "larger than 16 MB" in refused(write(tmp_path, "n.json", " " * (LARGEST_FILE + 1)))


def test_what_stands_in_a_file_is_unreadable_and_a_wrong_path_is_wrong_usage(
    tmp_path: Path,
) -> None:
    with pytest.raises(Unreadable):
        read_numbers(write(tmp_path, "numbers.json", "[]"))
    with pytest.raises(Usage):
        read_numbers(tmp_path / "missing.json")


def test_more_numbers_than_anybody_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symattn.reading.numbers.MOST_ENTRIES", 3)
    assert read_numbers(write(tmp_path, "Q.csv", "1,2,3")).names == ["Q"]
    assert "line 2: more than 3 numbers" in refused(write(tmp_path, "Q.csv", "1,2\n3,4"))
