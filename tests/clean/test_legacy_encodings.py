from __future__ import annotations

import pytest

from syncd.clean import study


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Müller;Köln\nJürgen;Größe"),
        ("cp1252", "Hélène;Besançon\nFrançois;Orléans"),
        ("cp1252", "Nuñez;Cádiz\nJosé;Málaga"),
        ("cp1252", "João;São Paulo"),
        ("cp1252", "Søren;Århus"),
        ("cp1252", "O’Neil;€5"),
        ("cp1250", "Wałęsa;Łódź\nŻółć;Kraków"),
        ("cp1250", "Dvořák;Plzeň\nNovotný;Česká"),
        ("cp1251", "Иванов;Москва\nПетрова;Санкт-Петербург"),
        ("koi8-r", "Иванов;Москва\nПетрова;Казань"),
        ("cp1253", "Παπαδόπουλος;Αθήνα"),
        ("cp1254", "Şahin;İstanbul\nYıldız;Eskişehir"),
        ("cp1255", "כהן;תל אביב"),
        ("cp1256", "محمد;القاهرة"),
        ("mac-roman", "Müller;Köln\nJosé;Málaga"),
        ("cp850", "Müller;Köln\nJosé;Málaga"),
        ("cp932", "田中;東京\nたなか;大阪\n山田;京都"),
        ("euc_jp", "田中;東京\nたなか;大阪\nヤマダ;タロウ"),
        ("cp949", "김철수;서울\n이영희;부산"),
        ("gb18030", "王芳;北京\n张伟;上海\n李娜;广州"),
        ("big5", "王芳;臺北\n張偉;高雄\n陳美玲;臺中"),
    ],
)
def test_encoding_is_guessed_from_the_words_it_makes_and_told_to_be_a_guess(tmp_path, encoding, text):
    file = tmp_path / "in.csv"
    file.write_bytes(f"name;city\n{text}\n".encode(encoding))

    dialect = study(file)

    assert file.read_bytes().decode(dialect.encoding) == f"name;city\n{text}\n"
    assert not dialect.is_sure_of_encoding


def test_bytes_that_make_no_words_are_read_all_the_same(tmp_path):
    file = tmp_path / "in.csv"
    file.write_bytes(b"name\n" + bytes(range(128, 256)) + b"\n")

    dialect = study(file)

    assert file.read_bytes().decode(dialect.encoding)
    assert not dialect.is_sure_of_encoding
