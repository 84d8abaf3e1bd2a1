"""Erlang expressions that make and delete virtual hosts, several at once."""

from collections.abc import Sequence


def adding(names: Sequence[str], *, user: str) -> str:
    every = '<<".*">>, <<".*">>, <<".*">>'
    return (
        f"lists:foreach(fun(V) -> rabbit_vhost:add(V, {_binary('tests')}), "
        f"ok = rabbit_auth_backend_internal:set_permissions("
        f"{_binary(user)}, V, {every}, {_binary('tests')}) end, {_list(names)})"
    )


def deleting(names: Sequence[str]) -> str:
    return (
        f"lists:foreach(fun(V) -> rabbit_vhost:delete(V, {_binary('tests')}) end, {_list(names)})"
    )


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(_binary(name) for name in names)}]"


def _binary(text: str) -> str:
    return f"<<{','.join(str(byte) for byte in text.encode())}>>"
