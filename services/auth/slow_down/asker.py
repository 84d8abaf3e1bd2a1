"""Who asks, as far as the network knows."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from fastapi import Request

HEADER = "X-Real-IP"
"""Said by a gateway alone, which drops it from outside."""

UNKNOWN = "?"
OF_ONE_HOUSE = 64
"""Bits that one customer's IPv6 addresses have in common: all of them are one client."""


def client_of(request: Request) -> str:
    """The client's address, an IPv6 one by its network; those that cannot be told are one."""
    told = request.headers.get(HEADER) or (request.client.host if request.client else "")
    try:
        address = ip_address(told)
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), OF_ONE_HOUSE), strict=False).network_address)
