"""A container's life through python3-docker."""

import docker

client = docker.from_env()
print("ping", client.ping())
print("run", client.containers.run("box", ["echo", "hello"], remove=True))
try:
    client.containers.run("box", ["sh", "-c", "exit 3"], remove=True)
except docker.errors.ContainerError as error:
    print("exit", error.exit_status)
container = client.containers.run("box", ["sh", "-c", "echo one; echo two; sleep 1000"], detach=True)
lines = container.logs(stream=True, follow=True)
print("logs", next(lines) + next(lines))
print("exec", container.exec_run(["echo", "inside"]).output)
client.volumes.create("py")
print("volumes", [volume.name for volume in client.volumes.list(filters={"name": "py"})])
container.remove(force=True)
client.volumes.get("py").remove()
print("removed")
