"""What a bucket holds, as boto3 would tell it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from xml.parsers import expat

import pytest
from botocore.credentials import Credentials

from artex_assets.errors import StorageError
from artex_assets.images.transfer.listing import Listed, listed, parse
from artex_assets_tests.images.transfer.conftest import World

ODD = ("a b", "a+b", "a%20b", "ä/ö", "<&>\"'", "日本", "?x=1#y", "plain")


def as_boto3_tells(world: World) -> list[Listed]:
    pages = world.s3.get_paginator("list_objects_v2").paginate(Bucket=world.target.name)
    return [
        Listed(entry["Key"], entry["Size"], entry["ETag"].strip('"'))
        for page in pages
        for entry in page.get("Contents", [])
    ]


def test_an_empty_bucket_has_nothing(world: World) -> None:
    assert listed(world.target) == []


def test_odd_keys_are_those_that_were_put(world: World) -> None:
    for key in ODD:
        world.s3.put_object(Bucket=world.target.name, Key=key, Body=key.encode())
    found = listed(world.target)
    assert {one.key for one in found} == set(ODD)
    assert sorted(found) == sorted(as_boto3_tells(world))


def test_more_objects_than_an_answer_holds_are_all_there(world: World) -> None:
    def put(number: int) -> None:
        world.s3.put_object(Bucket=world.target.name, Key=f"{number:04}", Body=b"x" * number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(1_001)))
    found = listed(world.target)
    assert [(one.key, one.size) for one in found] == [(f"{n:04}", n) for n in range(1_001)]
    assert found == as_boto3_tells(world)


def test_a_bucket_that_may_not_be_listed_is_named(world: World) -> None:
    stranger = replace(world.target, credentials=Credentials("nobody", "wrong"))
    with pytest.raises(StorageError, match=world.target.name):
        listed(stranger)
    with pytest.raises(StorageError, match="artex-none"):
        listed(replace(world.target, name="artex-none"))


@pytest.mark.parametrize("answer", [b"<html>", b"", b"<html></html>", b"<a><Contents/></a>"])
def test_an_answer_that_is_no_listing_is_refused(answer: bytes) -> None:
    with pytest.raises((expat.ExpatError, KeyError, ValueError)):
        parse(answer)


def test_a_key_that_is_not_escaped_is_taken_as_it_is() -> None:
    answer = (
        b"<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t&amp;u"
        b"</NextContinuationToken><Contents><Key>a+b</Key><Size>3</Size><ETag>&quot;e&quot;</ETag>"
        b"<Owner><ID>1</ID></Owner></Contents></ListBucketResult>"
    )
    assert parse(answer) == ([Listed("a+b", 3, "e")], "t&u")
