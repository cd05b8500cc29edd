BEGIN TRANSACTION;
CREATE TABLE activity (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
    description TEXT NOT NULL,
    smtp_id TEXT REFERENCES smtp (id) ON DELETE SET NULL, -- NULL: the default SMTP
    backup_id TEXT REFERENCES smtp (id) ON DELETE SET NULL,
    mail_to TEXT NOT NULL,
    mail_cc TEXT NOT NULL,
    mail_bcc TEXT NOT NULL,
    subject TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_html TEXT NOT NULL,
    attachments TEXT NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1))
) STRICT;
INSERT INTO "activity" VALUES('3dc06dc95e614fca8cedcbe06d4bbbe1','Nightly','','a70ec5ca0f1f440a90d0106c04939c37','0cc544e317a04b9fa6f420d075045260','ops@company.example','','','Größe {{ size }}','It has {{ size }}.','','/tmp/report.csv',1);
INSERT INTO "activity" VALUES('22de72ad192e4cccbead663c76047506','Weekly','','0cc544e317a04b9fa6f420d075045260',NULL,'ops@company.example','','','Week {{ n }}','Week {{ n }} is over.','<p>Week {{ n }}</p>','',1);
CREATE TABLE attachment (
    sha256 BLOB NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;
INSERT INTO "attachment" VALUES(X'5BE08C9684A1D25EFCEE09318204824278B08BBFB4AEF973FFEFD0B9D7478313',X'612C620A');
CREATE TABLE attachment_use (
    delivery_id INTEGER NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    sha256 BLOB NOT NULL REFERENCES attachment (sha256),
    PRIMARY KEY (delivery_id, sha256)
) STRICT, WITHOUT ROWID;
INSERT INTO "attachment_use" VALUES(1,X'5BE08C9684A1D25EFCEE09318204824278B08BBFB4AEF973FFEFD0B9D7478313');
CREATE TABLE check_result (
    id INTEGER PRIMARY KEY,
    profile_id TEXT NOT NULL REFERENCES smtp (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    trial TEXT NOT NULL,
    ok INTEGER NOT NULL CHECK (ok IN (0, 1)),
    duration_ms REAL NOT NULL,
    stage TEXT,
    kind TEXT,
    reply TEXT NOT NULL
, certificate_fault TEXT, concerns TEXT NOT NULL DEFAULT '[]') STRICT;
INSERT INTO "check_result" VALUES(1,'a70ec5ca0f1f440a90d0106c04939c37','2026-11-30T17:06:07.195779+00:00','test',1,6.5845109929796308279e+00,NULL,NULL,'',NULL,'[]');
INSERT INTO "check_result" VALUES(2,'0cc544e317a04b9fa6f420d075045260','2026-11-30T17:06:07.885408+00:00','check',0,1.79701799788745120167e+00,'connect','refused','',NULL,'[]');
CREATE TABLE "delivery" (
    id INTEGER PRIMARY KEY, -- never used again, so that a later mail has a larger one
    created_at INTEGER NOT NULL,
    retry_from INTEGER NOT NULL, -- when it was created, or sent again by somebody
    state TEXT NOT NULL,
    next_try_at INTEGER,
    finished_at INTEGER,
    activity_id TEXT REFERENCES activity (id) ON DELETE SET NULL,
    smtp_id TEXT REFERENCES smtp (id) ON DELETE SET NULL, -- NULL: the default SMTP
    backup_id TEXT REFERENCES smtp (id) ON DELETE SET NULL,
    courier TEXT,
    lease_ends_at INTEGER,
    handed_over INTEGER NOT NULL DEFAULT 0 CHECK (handed_over IN (0, 1)),
    handed_to TEXT, -- the SMTP that it was handed over to, as far as the courier told
    attempts INTEGER NOT NULL DEFAULT 0,
    by_backup INTEGER NOT NULL DEFAULT 0 CHECK (by_backup IN (0, 1)),
    may_be_twice INTEGER NOT NULL DEFAULT 0 CHECK (may_be_twice IN (0, 1)),
    size_bytes INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    recipients TEXT NOT NULL, -- addresses, one a line
    recipient_states TEXT NOT NULL DEFAULT '', -- JSON: [state, reply] for each; empty while all wait
    activity_name TEXT NOT NULL,
    smtp_name TEXT NOT NULL DEFAULT '',
    last_stage TEXT,
    last_kind TEXT,
    last_reply TEXT NOT NULL DEFAULT '',
    -- All open mails of one SMTP and one backup are a queue.
    queue TEXT NOT NULL GENERATED ALWAYS AS (ifnull(smtp_id, '') || char(10) || ifnull(backup_id, '')) VIRTUAL,
    CHECK ((next_try_at IS NULL) = (finished_at IS NOT NULL)),
    CHECK (
        CASE state
            WHEN 'waiting' THEN next_try_at IS NOT NULL
            WHEN 'sending' THEN next_try_at IS NOT NULL
            WHEN 'sent' THEN next_try_at IS NULL
            WHEN 'refused' THEN next_try_at IS NULL
            WHEN 'cancelled' THEN next_try_at IS NULL
            ELSE state = 'unknown'
        END
    ),
    CHECK ((state = 'sending') = (courier IS NOT NULL) AND (courier IS NULL) = (lease_ends_at IS NULL)),
    CHECK (courier IS NOT NULL OR handed_over = 0)
) STRICT;
INSERT INTO "delivery" VALUES(1,1796058369011765,1796058369011765,'sent',NULL,1796058369446874,'3dc06dc95e614fca8cedcbe06d4bbbe1','a70ec5ca0f1f440a90d0106c04939c37','0cc544e317a04b9fa6f420d075045260',NULL,NULL,0,NULL,1,0,0,22,'<84f39910939b6ea593752796d7d1de83@company.example>','Größe 7','ops@company.example','[["sent",""]]','Nightly','Plant',NULL,NULL,'250 2.0.0 queued as 4711');
INSERT INTO "delivery" VALUES(2,1796058369692959,1796058369692959,'waiting',1796058431942470,NULL,'22de72ad192e4cccbead663c76047506','0cc544e317a04b9fa6f420d075045260',NULL,NULL,NULL,0,NULL,1,0,0,37,'<f1aea7622e823f1ed039957594a821e0@company.example>','Week 48','ops@company.example','[["waiting","The computer is there, but nothing listens on this port. Check SMTP Port."]]','Weekly','Shop','connect','refused','The computer is there, but nothing listens on this port. Check SMTP Port.');
CREATE TABLE delivery_attempt (
    delivery_id INTEGER NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    smtp_name TEXT NOT NULL,
    by_backup INTEGER NOT NULL CHECK (by_backup IN (0, 1)),
    state TEXT NOT NULL,
    timeline TEXT NOT NULL, -- JSON
    UNIQUE (delivery_id, number)
) STRICT;
INSERT INTO "delivery_attempt" VALUES(1,1,1796058369339933,'Plant',0,'sent','{"steps":[["find_host","done","127.0.0.1",0.15310399612644687,1.3074189992039464],["connect","done","IPv4",1.4729729955433868,0.17969000327866524],["greet","done","",1.7002940003294498,0.6952449984964915],["sender","done","plant@company.example",2.625549001095351,3.2134979992406443],["recipient","done","ops@company.example",5.848116001288872,0.09836399840423837],["content","done","250 2.0.0 queued as 4711",5.950491999101359,0.8314820006489754]],"transcript":[["note","Connected to 127.0.0.1 port 2599",1.6455579971079715],["server","220 plant.example ESMTP",2.2314160014502704],["client","EHLO [127.0.0.1]",2.2704590010107495],["server","250 ok",2.378889999818057],["client","MAIL FROM:<plant@company.example>",5.660643000737764],["server","250 ok",5.831069000123534],["client","RCPT TO:<ops@company.example>",5.860946999746375],["server","250 ok",5.930207000346854],["client","DATA",6.562586000654846],["server","354 go on",6.681963997834828],["client","(717 bytes of content)",6.697529999655671],["server","250 2.0.0 queued as 4711",6.765685000573285]],"accepted":{"smtp":[250,"2.0.0",["queued as 4711"]]}}');
INSERT INTO "delivery_attempt" VALUES(2,1,1796058370226286,'Shop',0,'waiting','{"steps":[["find_host","done","127.0.0.1",0.2888669987441972,1.3217020023148507],["connect","failed","The computer is there, but nothing listens on this port. Check SMTP Port.",1.6205770007218234,0.17505399591755122],["secure","not_reached","",0.0,0.0],["greet","not_reached","",0.0,0.0],["sign_in","not_reached","",0.0,0.0],["sender","not_reached","",0.0,0.0],["recipient","not_reached","",0.0,0.0],["content","not_reached","",0.0,0.0]],"failure":{"stage":"connect","kind":"refused","message":["The computer is there, but nothing listens on this port. Check SMTP Port.",{}],"reply":null,"certificate_fault":null,"chain":[]}}');
CREATE TABLE last_pruned (id INTEGER NOT NULL) STRICT;
INSERT INTO "last_pruned" VALUES(0);
CREATE TABLE mail (
    id INTEGER PRIMARY KEY, -- never used again, so that a later mail has a larger one
    created_at INTEGER NOT NULL,
    activity_id TEXT, -- these three as they were then
    smtp_id TEXT,
    backup_id TEXT,
    size_bytes INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    recipients TEXT NOT NULL, -- addresses, one a line
    activity_name TEXT NOT NULL,
    shared BLOB NOT NULL, -- the hashes of what it has in `attachment`, one behind the other
    letter TEXT, -- JSON; NULL: all that it would say stands in the other columns
    cuts TEXT NOT NULL, -- where each passage was, as in "text 23", one a line; their hashes are the last ones in `shared`
    text TEXT, -- what the mail says, as it is; NULL: in the JSON, as all mails had it before version 5
    html TEXT,
    raw BLOB -- the whole message where it was finished elsewhere
) STRICT;
INSERT INTO "mail" VALUES(1,1796058369011765,'3dc06dc95e614fca8cedcbe06d4bbbe1','a70ec5ca0f1f440a90d0106c04939c37','0cc544e317a04b9fa6f420d075045260',22,'<84f39910939b6ea593752796d7d1de83@company.example>','Größe 7','ops@company.example','Nightly',X'5BE08C9684A1D25EFCEE09318204824278B08BBFB4AEF973FFEFD0B9D7478313','[[["ops","company.example",""]],[],[],"Gr\u00f6\u00dfe 7","<84f39910939b6ea593752796d7d1de83@company.example>","2026-11-30T17:06:09.011765+00:00",[["report.csv","text/csv","5be08c9684a1d25efcee09318204824278b08bbfb4aef973ffefd0b9d7478313"]]]','','It has 7.','',NULL);
INSERT INTO "mail" VALUES(2,1796058369692959,'22de72ad192e4cccbead663c76047506','0cc544e317a04b9fa6f420d075045260',NULL,37,'<f1aea7622e823f1ed039957594a821e0@company.example>','Week 48','ops@company.example','Weekly',X'',NULL,'','Week 48 is over.','<p>Week 48</p>',NULL);
INSERT INTO "mail" VALUES(3,1796058370559307,'3dc06dc95e614fca8cedcbe06d4bbbe1','a70ec5ca0f1f440a90d0106c04939c37','0cc544e317a04b9fa6f420d075045260',22,'<aaf56cb1b1135f08a254dc40e2a51bf3@company.example>','Größe 8','ops@company.example','Nightly',X'5BE08C9684A1D25EFCEE09318204824278B08BBFB4AEF973FFEFD0B9D7478313','[[["ops","company.example",""]],[],[],"Gr\u00f6\u00dfe 8","<aaf56cb1b1135f08a254dc40e2a51bf3@company.example>","2026-11-30T17:06:10.559307+00:00",[["report.csv","text/csv","5be08c9684a1d25efcee09318204824278b08bbfb4aef973ffefd0b9d7478313"]]]','','It has 8.','',NULL);
CREATE TABLE plain_server (
    host TEXT NOT NULL, -- ASCII
    port INTEGER NOT NULL,
    broke_at INTEGER NOT NULL, -- microseconds since 1970, UTC
    PRIMARY KEY (host, port)
) STRICT, WITHOUT ROWID;
CREATE TABLE preference (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE server_fact (
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('implicit', 'starttls')),
    version TEXT NOT NULL, chain TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (host, port)
) STRICT, WITHOUT ROWID;
CREATE TABLE setup_version (number INTEGER NOT NULL) STRICT;
INSERT INTO "setup_version" VALUES(6);
CREATE TABLE smtp (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
    type TEXT NOT NULL CHECK (type IN ('generic', 'graph')),
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    from_address TEXT NOT NULL,
    signature TEXT NOT NULL,
    description TEXT NOT NULL,
    user_name TEXT NOT NULL,
    password_ref TEXT,
    host_name TEXT,
    smtp_port INTEGER CHECK (smtp_port BETWEEN 1 AND 65535),
    tls INTEGER CHECK (tls IN (0, 1)),
    auth_required INTEGER CHECK (auth_required IN (0, 1)),
    envelope_sender TEXT CHECK (envelope_sender IN ('user', 'from')),
    trusted_ca_pem TEXT,
    tenant_id TEXT,
    client_id TEXT,
    sign_in TEXT CHECK (sign_in IN ('password', 'app-only')),
    client_secret_ref TEXT, cloud TEXT CHECK (cloud IN ('global', 'us-l4', 'us-dod', 'china', 'custom')), authority TEXT, graph_url TEXT, client_secret_valid_until TEXT, trusted_fingerprint TEXT,
    CHECK (
        CASE type
            WHEN 'generic' THEN
                host_name IS NOT NULL AND smtp_port IS NOT NULL AND tls IS NOT NULL AND auth_required IS NOT NULL
                AND envelope_sender IS NOT NULL AND trusted_ca_pem IS NOT NULL
                AND tenant_id IS NULL AND client_id IS NULL AND sign_in IS NULL AND client_secret_ref IS NULL
            ELSE
                tenant_id IS NOT NULL AND client_id IS NOT NULL AND sign_in IS NOT NULL
                AND host_name IS NULL AND smtp_port IS NULL AND tls IS NULL AND auth_required IS NULL
                AND envelope_sender IS NULL AND trusted_ca_pem IS NULL
        END
    )
) STRICT;
INSERT INTO "smtp" VALUES('a70ec5ca0f1f440a90d0106c04939c37','Plant','generic',1,'Plant 7 <plant@company.example>','Plant 7','','',NULL,'127.0.0.1',2599,0,0,'user','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "smtp" VALUES('0cc544e317a04b9fa6f420d075045260','Shop','generic',0,'shop@company.example','','','shop@company.example','file:0cc544e317a04b9fa6f420d075045260/password/16feaa61dc70e279','127.0.0.1',2598,1,1,'user','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "smtp" VALUES('7cc2c1198e3643dc86dda7f1b81e27b5','Office','graph',0,'','','','office@company.example',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'company.example','11111111-2222-3333-4444-555555555555','app-only','file:7cc2c1198e3643dc86dda7f1b81e27b5/client_secret/80b57fce08eb7ba0','global','','',NULL,NULL);
CREATE TABLE smtp_hold (
    profile_id TEXT NOT NULL PRIMARY KEY REFERENCES smtp (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL,
    reply TEXT NOT NULL,
    probe_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE stale_secret (
    ref TEXT NOT NULL PRIMARY KEY,
    announced_at INTEGER -- seconds since 1970, UTC; NULL once nobody can be about to use it
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX smtp_one_default ON smtp (is_default) WHERE is_default = 1;
CREATE INDEX check_result_by_profile ON check_result (profile_id, id);
CREATE INDEX attachment_use_by_content ON attachment_use (sha256);
CREATE TRIGGER smtp_mended AFTER UPDATE ON smtp
WHEN (
    old.type, old.user_name, old.password_ref, old.host_name, old.smtp_port, old.tls, old.auth_required,
    old.trusted_ca_pem, old.trusted_fingerprint, old.tenant_id, old.client_id, old.sign_in, old.client_secret_ref, old.cloud, old.authority,
    old.graph_url
) IS NOT (
    new.type, new.user_name, new.password_ref, new.host_name, new.smtp_port, new.tls, new.auth_required,
    new.trusted_ca_pem, new.trusted_fingerprint, new.tenant_id, new.client_id, new.sign_in, new.client_secret_ref, new.cloud, new.authority,
    new.graph_url
)
BEGIN
    DELETE FROM smtp_hold WHERE profile_id = new.id;
END;
CREATE TRIGGER smtp_inserted AFTER INSERT ON smtp BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER smtp_updated AFTER UPDATE ON smtp BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER smtp_deleted AFTER DELETE ON smtp BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER activity_inserted AFTER INSERT ON activity BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER activity_updated AFTER UPDATE ON activity BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE TRIGGER activity_deleted AFTER DELETE ON activity BEGIN UPDATE setup_version SET number = number + 1; END;
CREATE INDEX delivery_due ON delivery (queue, next_try_at)
    WHERE courier IS NULL AND next_try_at IS NOT NULL;
CREATE INDEX delivery_lease ON delivery (courier, lease_ends_at) WHERE courier IS NOT NULL;
CREATE INDEX delivery_finished ON delivery (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX delivery_by_state ON delivery (state);
CREATE INDEX delivery_by_activity ON delivery (activity_id) WHERE activity_id IS NOT NULL;
CREATE INDEX delivery_created ON delivery (created_at);
CREATE VIEW arrival AS SELECT
    id, created_at, created_at AS retry_from, 'waiting' AS state, created_at AS next_try_at, NULL AS finished_at,
    (SELECT id FROM activity WHERE id = mail.activity_id) AS activity_id,
    (SELECT id FROM smtp WHERE id = mail.smtp_id) AS smtp_id,
    (SELECT id FROM smtp WHERE id = mail.backup_id) AS backup_id,
    NULL AS courier, NULL AS lease_ends_at, 0 AS handed_over, NULL AS handed_to, 0 AS attempts, 0 AS by_backup,
    0 AS may_be_twice, size_bytes, message_id, subject, recipients, '' AS recipient_states, activity_name,
    '' AS smtp_name, NULL AS last_stage, NULL AS last_kind, '' AS last_reply, NULL AS queue
FROM mail WHERE id > ifnull((SELECT max(id) FROM delivery), 0);
COMMIT;
PRAGMA user_version = 7;
