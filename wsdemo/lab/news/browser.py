"""What a browser sends to poll: a request as the wire recorded it.

The reader of this package sends four header lines, a browser a dozen. Leaves out cookies, which a
real site adds to every one of them.
"""

__all__ = ["CHROMIUM_POLL"]

# Chromium 156 on Linux, headless, `fetch("/news?after=100")` in a page of the same origin.
_RECORDED = """\
GET /news?after=100 HTTP/1.1
Host: 127.0.0.1:43487
Connection: keep-alive
sec-ch-ua-platform: "Linux"
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 \
(KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36
sec-ch-ua: "Not:A-Brand";v="8", "Chromium";v="156"
sec-ch-ua-mobile: ?0
Accept: */*
Sec-Fetch-Site: same-origin
Sec-Fetch-Mode: cors
Sec-Fetch-Dest: empty
Referer: http://127.0.0.1:43487/news?only=last
Accept-Encoding: gzip, deflate, br, zstd
Accept-Language: en-US,en;q=0.9

"""
CHROMIUM_POLL = _RECORDED.replace("\n", "\r\n").encode()
