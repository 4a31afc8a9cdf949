"""All planted faults, in the order in which their tables are loaded."""

from data_fixtures.planted import (
    artworks,
    collections_and_sales,
    images,
    people_and_places,
    series,
)
from data_fixtures.planted.fault import Fault

FAULTS: list[Fault] = [
    *people_and_places.FAULTS,
    *series.FAULTS,
    *artworks.FAULTS,
    *collections_and_sales.FAULTS,
    *images.FAULTS,
]
