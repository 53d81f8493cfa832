/** Asterisk's dialplan for the floor's callers, beside deploy/asterisk. */

/**
 * What the test's callers may dial beside the queues: echo, tone, a desk directly, and one that is asked to answer by
 * itself, or whose caller and way only headers tell; what a desk may dial: early sound without an answer, and early sound before an answer that says back what it hears.
 */
export const servicesForCallers = `exten => 600,1,Goto(services,600,1)
exten => 603,1,Goto(services,603,1)
exten => _72XX,1,Dial(PJSIP/\${EXTEN:1},30)
 same => n,Hangup(\${HANGUPCAUSE})
exten => _82XX,1,Dial(PJSIP/\${EXTEN:1},30,b(ask-auto-answer^s^1))
 same => n,Hangup(\${HANGUPCAUSE})
exten => _92XX,1,Dial(PJSIP/\${EXTEN:1},30,b(tell-by-headers^s^1))
 same => n,Hangup(\${HANGUPCAUSE})
[tell-by-headers]
exten => s,1,Set(PJSIP_HEADER(add,P-Asserted-Identity)=<sip:+38641555101@127.0.0.1>)
 same => n,Set(PJSIP_HEADER(add,History-Info)=<sip:+38616002020@127.0.0.1>\\;index=1, <sip:201@127.0.0.1>\\;index=1.1)
 same => n,Return()
[ask-auto-answer]
exten => s,1,Set(PJSIP_HEADER(add,Call-Info)=<sip:127.0.0.1>\\;answer-after=0)
 same => n,Return()
[services]
exten => 604,1,Progress()
 same => n,Playtones(1004)
 same => n,Wait(20)
 same => n,Hangup(17)
exten => 605,1,Progress()
 same => n,Playtones(1004)
 same => n,Wait(4)
 same => n,StopPlaytones()
 same => n,Answer()
 same => n,Echo()
`;
