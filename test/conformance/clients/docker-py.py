"""A container's life through python3-docker."""

import io

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
dockerfile = io.BytesIO(b"FROM box\nRUN echo built >/built\nCMD cat /built\n")
image, lines = client.images.build(fileobj=dockerfile, tag="made:py")
print("build", [line["stream"] for line in lines if "Successfully" in line.get("stream", "")][1:])
print("built", client.containers.run("made:py", remove=True))
