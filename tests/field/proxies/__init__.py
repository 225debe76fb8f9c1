"""Proxies that put one habit of gateways, balancers or firewalls in front of a target on this machine."""
