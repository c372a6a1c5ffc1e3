"""Call methods of another participant.

python rpc.py URL TOKEN OTHER_TOKEN
"""

import asyncio
import json
import sys

from livekit import rtc


async def main(url: str, token: str, other_token: str) -> None:
    caller, callee = rtc.Room(), rtc.Room()
    await callee.connect(url, other_token)
    await caller.connect(url, token)
    target = callee.local_participant.identity

    @callee.local_participant.register_rpc_method("square")
    async def square(data: rtc.RpcInvocationData) -> str:
        number = json.loads(data.payload)["number"]
        return json.dumps({"result": number * number, "for": data.caller_identity})

    @callee.local_participant.register_rpc_method("refuse")
    async def refuse(data: rtc.RpcInvocationData) -> str:
        raise rtc.RpcError(code=101, message="not today", data="ask tomorrow")

    call = caller.local_participant.perform_rpc
    answer = await call(destination_identity=target, method="square", payload=json.dumps({"number": 12}))
    print("answer", json.loads(answer)["result"], "for", json.loads(answer)["for"], flush=True)
    for method in ("refuse", "unknown"):
        try:
            await call(destination_identity=target, method=method, payload="")
        except rtc.RpcError as error:
            print("error", error.code, error.message, flush=True)
    callee.local_participant.unregister_rpc_method("square")
    try:
        await call(destination_identity=target, method="square", payload="{}")
    except rtc.RpcError as error:
        unsupported = error.code == rtc.RpcError.ErrorCode.UNSUPPORTED_METHOD
        print("after unregistering", "unsupported" if unsupported else error, flush=True)
    await caller.disconnect()
    await callee.disconnect()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
