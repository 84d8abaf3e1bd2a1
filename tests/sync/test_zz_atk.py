import itertools, re
from uuid import UUID
import pytest
from tests.sync.operating import ADMIN, LENA, NOW, OLEG, STUDENT, Office, office, FakeSchool
from tests.sync.watching import ORIGIN

BAD = ["%00","%ED%A0%80","%F0%9F","'%20OR%201=1--","<script>alert(1)</script>","../../etc/passwd","9"*5000,"-1","1e999","NaN",str(2**63),str(2**63-1),"%0d%0aSet-Cookie:a=b","{}","[]","a"*9000,"%E2%80%AE","=cmd|' /C calc'!A0","","null","%25n%25s","[[[[","&a [*a]", "٣", "00000000-0000-0000-0000-000000000000"]

def routes(app):
    out=[]
    def walk(rs):
        for r in rs:
            if hasattr(r,'methods') and r.methods: out.append((r.path, sorted(r.methods-{"HEAD","OPTIONS"})))
            elif hasattr(r,'routes'): walk(r.routes)
    walk(app.routes)
    return out

ROUTES=[("/sync/card",["GET"]),("/sync/videos",["GET"]),("/sync/videos/app",["GET"]),("/sync/videos/{resource_id}",["GET"]),("/sync/videos/{resource_id}/player",["POST"]),("/sync/progress",["GET"]),
("/sync/stepik",["GET"]),("/sync/stepik/courses/{course_id}/read",["POST"]),("/sync/stepik/people/{person_id}",["GET"]),("/sync/stepik/learners/{user_id}",["GET"]),("/sync/stepik/matches",["POST"]),("/sync/stepik/matches/{person_id}/delete",["POST"]),
("/sync/access",["GET"]),("/sync/access/people/{person_id}",["GET"]),("/sync/access/people/{person_id}/resources/{resource_id}",["POST"]),("/sync/access/grants/retry",["POST"]),("/sync/access/grants/{grant_id}/retry",["POST"]),
("/sync/access/resources",["GET","POST"]),("/sync/access/resources/new",["GET"]),("/sync/access/resources/{resource_id}/edit",["GET","POST"]),("/sync/access/resources/{resource_id}/archive",["POST"]),("/sync/access/resources/{resource_id}/restore",["POST"]),("/sync/access/resources/all.yaml",["GET"]),("/sync/access/resources/import",["GET","POST"]),("/sync/access/resources/import/apply",["POST"])]

async def test_fuzz(database_url):
    async with office(database_url) as stage:
        FakeSchool().beside(stage)
        video = await stage.video("First"); await stage.grant(LENA, video)
        await stage.account(777,"X")
        gid=(await stage.fetch("select grant_id from grants"))[0]["grant_id"]
        ok={"person_id":str(LENA),"resource_id":str(video),"course_id":"67","user_id":"777","grant_id":str(gid),"assignment_id":str(LENA)}
        rs=[(p,m) for p,ms in ROUTES for m in ms if p.startswith("/sync")]
        print(len(rs), rs)
        fields=["q","page","resource","standing","format","done","shown","decision","reason","back","text","digest","title","kind","code","subscription","lesson","position","condition","version","start","user_id","person_id"]
        bad=[]
        n=0
        async def go(method,path,who,**kw):
            nonlocal n; n+=1
            try:
                r=await stage.sync.client.request(method,path,headers={"Accept":kw.pop("accept","text/html"),"Origin":ORIGIN,"Cookie":"parta=x",**kw.pop("h",{})},**kw)
            except Exception as e:
                bad.append((who,method,path[:100],str(kw)[:150],repr(e)[:200])); return None
            if r.status_code>=500: bad.append((who,method,path[:100],str(kw)[:150],r.status_code,r.text[:200]))
            return r
        for who,pid,roles in (("admin",ADMIN,("administrator",)),("lena",LENA,("student",))):
            stage.as_person(pid,*roles)
            for p,m in rs:
                if p=="/sync/hooks": continue
                params=re.findall(r"{(\w+)",p)
                full=re.sub(r"{(\w+)[^}]*}",lambda x: ok[x[1]],p)
                for b in BAD:
                    if params:
                        for k in params:
                            path=re.sub(r"{(\w+)[^}]*}",lambda x: (b if x[1]==k else ok[x[1]]),p)
                            try: await go(m,path,who,data={"csrf":"right"} if m=="POST" else None)
                            except Exception as e: bad.append((path[:80],repr(e)[:100]))
                    if m=="GET":
                        await go(m,full+"?"+"&".join(f"{f}={b}" for f in ("q",)),who)
                        for f in ("page","resource","standing","format","done","shown"):
                            await go(m,full+f"?{f}={b}",who,accept="application/json")
                    else:
                        import urllib.parse
                        v=urllib.parse.unquote(b, errors="surrogateescape")
                        body="csrf=right&"+"&".join(f"{f}={b}" for f in fields)
                        await go(m,full,who,content=body.encode(),h={"Content-Type":"application/x-www-form-urlencoded"})
                        for f in ("title","condition","reason","text","code","lesson","position","version","subscription"):
                            d={"title":"t","kind":"video","code":"abc","decision":"allow","reason":"r","version":"1","digest":"x","text":"resources:","person_id":str(LENA),"user_id":"777"}
                            d.pop(f,None)
                            await go(m,full,who,content=("csrf=right&"+urllib.parse.urlencode(d)+f"&{f}={b}").encode(),h={"Content-Type":"application/x-www-form-urlencoded"})
                if m=="POST":
                    for ct,body in (("application/json",b"["*100000),("application/json",b'{"csrf":"right"}'),("multipart/form-data; boundary=x",b"--x\r\n"*2000),("multipart/form-data",b"x"),("application/x-www-form-urlencoded",b"a&"*100000),("application/x-www-form-urlencoded",b"csrf=right&text="+b"x"*11_000_000),("text/plain",b"\xff"*1000),("multipart/form-data; boundary=x",b"--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nright\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../\x00a\"\r\n\r\n"+b"\xff"*100+b"\r\n--x--\r\n"),("multipart/form-data; boundary=x",b"--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nright\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.yaml\"\r\n\r\n"+b"["*11_000_000+b"\r\n--x--\r\n")):
                        await go(m,full,who,content=body,h={"Content-Type":ct})
        print("requests",n,"bad",len(bad))
        for b in bad[:40]: print(b)
        # csrf & roles
        stage.as_person(ADMIN,"administrator")
        for p,m in rs:
            full=re.sub(r"{(\w+)[^}]*}",lambda x: ok[x[1]],p)
            if m=="POST" and p!="/sync/hooks":
                r=await stage.sync.client.post(full,data={"csrf":"wrong","decision":"deny","reason":"x"},headers={"Origin":ORIGIN,"Cookie":"parta=x"})
                r2=await stage.sync.client.post(full,data={"csrf":"right","decision":"deny","reason":"x"},headers={"Origin":"https://evil.test","Cookie":"parta=x"})
                r3=await stage.sync.client.post(full,data={"decision":"deny"},headers={"Cookie":"parta=x"})
                print(m,p,r.status_code,r2.status_code,r3.status_code)
        stage.as_person(LENA,"student","curator","teacher")
        for p,m in rs:
            full=re.sub(r"{(\w+)[^}]*}",lambda x: ok[x[1]],p)
            r=await stage.sync.client.request(m,full,data={"csrf":"right","decision":"deny","reason":"x"} if m=="POST" else None,headers={"Origin":ORIGIN,"Cookie":"parta=x","Accept":"application/json"})
            print("student",m,p,r.status_code, r.headers.get("cache-control"))
        assert not bad
