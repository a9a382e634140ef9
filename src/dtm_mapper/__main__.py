"""`python -m dtm_mapper` is `dtm-map`."""

from dtm_mapper.cli import main

if __name__ == "__main__":
    main()
