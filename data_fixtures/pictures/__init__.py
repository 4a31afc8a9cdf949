"""The pictures of the demo: drawn when they are needed, the same each time, and committed nowhere.

`poster` draws the posters, `photographs` what else is photographed of them, `catalog` knows which
blob is a picture of what, `drawing` makes files of them, and `bucket` puts them into a bucket.
"""
