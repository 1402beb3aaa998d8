# One image for linux/amd64 and linux/arm64: every package that is compiled has a wheel for both, nothing is built here.
# Runs as nobody in particular and writes nothing:
#   docker run --rm --read-only --cap-drop ALL -e AWS_PROFILE -v ~/.aws:/home/albdoctor/.aws:ro albdoctor scan shop.example
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY . .
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python scripts/pins.py setuptools > /tmp/tools.txt && pip install --require-hashes --requirement /tmp/tools.txt
RUN python -m venv /opt/albdoctor && python scripts/pins.py > /tmp/pins.txt \
    && /opt/albdoctor/bin/pip install --require-hashes --requirement /tmp/pins.txt
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /tmp/wheel . \
    && /opt/albdoctor/bin/pip install --no-deps /tmp/wheel/*.whl \
    && /opt/albdoctor/bin/python -m pip uninstall --yes pip

FROM python:3.13-slim-bookworm
COPY --from=build /opt/albdoctor /opt/albdoctor
ENV PATH=/opt/albdoctor/bin:$PATH PYTHONDONTWRITEBYTECODE=1 HOME=/home/albdoctor
WORKDIR /work
USER 10001:10001
ENTRYPOINT ["albdoctor"]
CMD ["--help"]
