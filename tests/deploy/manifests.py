#!/usr/bin/env python3
"""Checks the files for containers and Kubernetes against what they have to promise, where no engine can try them.

  tests/deploy/manifests.py [--self-test]    ROOT is the tree that this file is in

Every finding is a line; the exit status is 1 when there is one.
"""

import copy
import pathlib
import sys

import yaml

root = pathlib.Path(__file__).resolve().parents[2]
ports = {"http": 8899, "link": 8891, "publish": 8892, "metrics": 49100}
keys_of_container = {"name", "image", "args", "env", "ports", "securityContext", "startupProbe", "livenessProbe",
                     "readinessProbe", "volumeMounts", "resources"}
keys_of_service = {"image", "build", "network_mode", "user", "read_only", "tmpfs", "cap_drop", "cap_add", "restart",
                   "stop_grace_period", "logging", "command", "security_opt", "volumes", "depends_on"}
instructions = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "CMD", "ENTRYPOINT", "LABEL"}


def read():
    """Everything that is judged, parsed."""
    objects = []
    for file in sorted((root / "deploy/kubernetes").glob("*.yaml")):
        if file.name != "kustomization.yaml":
            objects += [one for one in yaml.safe_load_all(file.read_text()) if one]
    listed = yaml.safe_load((root / "deploy/kubernetes/kustomization.yaml").read_text())["resources"]
    return {
        "objects": objects,
        "listed": listed,
        "compose": yaml.safe_load((root / "deploy/container/compose.yaml").read_text()),
        "dockerfile": (root / "deploy/container/Dockerfile").read_text(),
    }


def judge_container(where, pod, container, objects):
    """Rights, volumes, ports and probes of one container."""
    worker = container["name"] == "worker"
    unknown = container.keys() - keys_of_container
    if unknown:
        yield f"{where}: not known: {sorted(unknown)}"
    rights = container.get("securityContext", {})
    capabilities = rights.get("capabilities", {})
    if capabilities.get("drop") != ["ALL"]:
        yield f"{where}: drops not all capabilities"
    if capabilities.get("add", []) != (["NET_RAW"] if worker else []):
        yield f"{where}: adds {capabilities.get('add')}"
    if rights.get("allowPrivilegeEscalation") is not worker:
        yield f"{where}: allowPrivilegeEscalation is to be {str(worker).lower()}"
    if rights.get("readOnlyRootFilesystem") is not True or "privileged" in rights:
        yield f"{where}: may write to its image, or is privileged"
    volumes = {one["name"] for one in pod["volumes"]}
    for mount in container["volumeMounts"]:
        if mount["name"] not in volumes:
            yield f"{where}: mounts {mount['name']}, which is no volume"
    named = {one["name"]: one["containerPort"] for one in container.get("ports", [])}
    for name, port in named.items():
        if ports.get(name) != port:
            yield f"{where}: port {name} is {port}"
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        asked = container.get(probe, {}).get("httpGet")
        if not asked:
            yield f"{where}: has no {probe}"
        elif asked["port"] not in named or asked["path"] != ("/readyz" if probe == "readinessProbe" else "/livez"):
            yield f"{where}: {probe} asks {asked}"
    claims = {(one["kind"], one["metadata"]["name"]) for one in objects}
    for volume in pod["volumes"]:
        for kind, key in (("ConfigMap", "configMap"), ("PersistentVolumeClaim", "persistentVolumeClaim")):
            name = volume.get(key, {}).get("name") or volume.get(key, {}).get("claimName")
            if name and (kind, name) not in claims:
                yield f"{where}: there is no {kind} {name}"


def judge_pod(where, pod, worker, objects):
    """What holds for all containers of a pod."""
    rights = pod.get("securityContext", {})
    if rights.get("runAsNonRoot") is not True or rights.get("runAsUser") != 65532:
        yield f"{where}: is not 65532"
    if rights.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield f"{where}: has no seccomp profile"
    if pod.get("automountServiceAccountToken") is not False:
        yield f"{where}: gets a token of the cluster's API, which it has no use for"
    if pod.get("enableServiceLinks") is not False:
        yield f"{where}: gets variables of services, some of which are settings of remora"
    if pod.get("hostNetwork", False) is not worker:
        yield f"{where}: hostNetwork is to be {str(worker).lower()}"
    if any("hostPath" in volume for volume in pod["volumes"]):
        yield f"{where}: mounts a folder of the node"
    for container in pod["containers"]:
        yield from judge_container(f"{where}/{container['name']}", pod, container, objects)


def judge_listeners(objects):
    """What is probed has to listen where the kubelet asks."""
    files = next(one for one in objects if one["metadata"]["name"] == "remora-config")["data"]
    listeners = {
        "hub.http": (yaml.safe_load(files["hub.yaml"])["hub"].get("http", {}), ports["http"]),
        "worker.metrics": (yaml.safe_load(files["worker.yaml"])["worker"].get("metrics", {}), ports["metrics"]),
    }
    for key, (section, port) in listeners.items():
        if section.get("listen") != f"0.0.0.0:{port}":
            yield f"config.yaml: {key}.listen is {section.get('listen')}, where probes of port {port} do not reach it"


def judge_kubernetes(objects, listed):
    kinds = sorted(one["kind"] for one in objects)
    for kind in ("ConfigMap", "DaemonSet", "Deployment", "Namespace", "PersistentVolumeClaim", "Service"):
        if kind not in kinds:
            yield f"kubernetes: there is no {kind}"
    yield from judge_listeners(objects)
    files = {one.name for one in (root / "deploy/kubernetes").glob("*.yaml")} - {"kustomization.yaml"}
    if files != set(listed):
        yield f"kustomization.yaml: lists {sorted(listed)}, there are {sorted(files)}"
    for one in objects:
        where = f"{one['kind']} {one['metadata']['name']}"
        if one["kind"] != "Namespace" and one["metadata"].get("namespace") != "remora":
            yield f"{where}: is not in the namespace remora"
        if one["kind"] in ("Deployment", "DaemonSet"):
            template = one["spec"]["template"]
            if one["spec"]["selector"]["matchLabels"] != template["metadata"]["labels"]:
                yield f"{where}: selects other pods than it makes"
            yield from judge_pod(where, template["spec"], one["kind"] == "DaemonSet", objects)
        if one["kind"] == "Service":
            for port in one["spec"]["ports"]:
                if ports.get(port["targetPort"]) != port["port"]:
                    yield f"{where}: {port}"


def judge_compose(compose):
    for name, service in compose["services"].items():
        where = f"compose.yaml {name}"
        worker = name == "worker"
        unknown = service.keys() - keys_of_service
        if unknown:
            yield f"{where}: not known: {sorted(unknown)}"
        if service.get("cap_drop") != ["ALL"] or service.get("cap_add", []) != (["NET_RAW"] if worker else []):
            yield f"{where}: has not the capabilities that it needs, or others"
        if service.get("read_only") is not True or service.get("user") != "65532:65532" or "privileged" in service:
            yield f"{where}: may write to its image, or is not 65532"
        if service.get("network_mode") != "host":
            yield f"{where}: is not in the machine's network, where the listeners on loopback are"
        if ("no-new-privileges:true" in service.get("security_opt", [])) is worker:
            yield f"{where}: no-new-privileges is for the hub, and takes the worker's capability"
        for volume in service["volumes"]:
            source = volume.rsplit(":/", 1)[0]
            if "/" not in source and source not in compose["volumes"]:
                yield f"{where}: there is no volume {source}"


def judge_dockerfile(text):
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip() and not line.startswith("#")]
    for line in lines:
        if line.split()[0] not in instructions:
            yield f"Dockerfile: not known: {line}"
        for word in line.split()[1:-1]:
            copied = line.startswith("COPY") and "--from" not in line and not word.startswith("--")
            if copied and not (root / word).exists():
                yield f"Dockerfile: there is no {word} to copy"
    last = lines[max(i for i, line in enumerate(lines) if line.startswith("FROM")):]
    if last[0] != "FROM scratch" or any(line.startswith("RUN") for line in last):
        yield "Dockerfile: the last stage is to be what make-root.sh made, and nothing else"
    if "USER 65532:65532" not in last:
        yield "Dockerfile: the last stage is root"
    if any(line.startswith(("CMD", "ENTRYPOINT")) and "[" not in line for line in last):
        yield "Dockerfile: there is no shell that could start this command"


def judge(all_of):
    yield from judge_kubernetes(all_of["objects"], all_of["listed"])
    yield from judge_compose(all_of["compose"])
    yield from judge_dockerfile(all_of["dockerfile"])


def self_test():
    """Spoils one thing at a time; each has to be found."""
    def pod_of(all_of, kind):
        return next(one for one in all_of["objects"] if one["kind"] == kind)["spec"]["template"]["spec"]

    ways = {
        "a worker with all rights": lambda x: pod_of(x, "DaemonSet")["containers"][0]["securityContext"].update(privileged=True),
        "a worker without its capability": lambda x: pod_of(x, "DaemonSet")["containers"][0]["securityContext"].update(
            allowPrivilegeEscalation=False),
        "a hub in the node's network": lambda x: pod_of(x, "Deployment").update(hostNetwork=True),
        "a hub as root": lambda x: pod_of(x, "Deployment")["securityContext"].update(runAsUser=0),
        "a probe of nothing": lambda x: pod_of(x, "Deployment")["containers"][0]["livenessProbe"]["httpGet"].update(port="web"),
        "a worker that nobody looks after": lambda x: pod_of(x, "DaemonSet")["containers"][0].pop("livenessProbe"),
        "a worker that is ready when it is alive": lambda x: pod_of(x, "DaemonSet")["containers"][0]["readinessProbe"]["httpGet"].update(
            path="/livez"),
        "metrics that nobody reaches": lambda x: next(
            one for one in x["objects"] if one["metadata"]["name"] == "remora-config")["data"].update({"worker.yaml": "worker: {}"}),
        "a misspelt key": lambda x: pod_of(x, "Deployment")["containers"][0].update(securitycontext={}),
        "a volume that is not there": lambda x: pod_of(x, "Deployment")["volumes"].pop(0),
        "a claim that is not there": lambda x: x["objects"].remove(
            next(one for one in x["objects"] if one["kind"] == "PersistentVolumeClaim")),
        "a file that is not listed": lambda x: x["listed"].pop(),
        "a service with rights to spare": lambda x: x["compose"]["services"]["hub"].update(cap_add=["SYS_ADMIN"]),
        "an image that is root": lambda x: x.update(dockerfile=x["dockerfile"].replace("USER 65532", "#")),
        "a file to copy that is not there": lambda x: x.update(dockerfile=x["dockerfile"].replace("COPY scripts/", "COPY skripts/")),
        "a command for a shell": lambda x: x.update(dockerfile=x["dockerfile"].replace('CMD ["remora", "--help"]', "CMD remora")),
    }
    missed = 0
    for name, spoil in ways.items():
        all_of = copy.deepcopy(read())
        spoil(all_of)
        if not list(judge(all_of)):
            print(f"self-test: {name} was not found")
            missed += 1
    return missed


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        sys.exit(1 if self_test() else 0)
    findings = list(judge(read()))
    print("\n".join(findings) or "the manifests promise what they have to")
    sys.exit(1 if findings else 0)
