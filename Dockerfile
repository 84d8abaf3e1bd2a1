# One image for every service: `parta run auth`, `parta run bot`, `parta migrate`.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

RUN useradd --system --user-group --no-create-home --shell /usr/sbin/nologin parta

WORKDIR /app

# Before the code, which changes more often.
COPY requirements.txt ./
RUN pip install --root-user-action=ignore --require-hashes -r requirements.txt

COPY pyproject.toml README.md ./
COPY parta parta
COPY services services
COPY shared shared
# Installed in place, so that templates and migrations are read where they stand.
RUN pip install --root-user-action=ignore --no-deps --no-build-isolation -e . \
    && python -m compileall -q parta services shared

USER parta
EXPOSE 8000
ENTRYPOINT ["parta"]
CMD ["run", "auth"]
