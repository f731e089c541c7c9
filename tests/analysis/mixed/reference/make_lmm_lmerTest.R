# Makes lmm_lmerTest.json from lmm_slopes.csv (simulated trials). Run in this folder: Rscript make_lmm_lmerTest.R
suppressMessages({library(lme4);library(lmerTest);library(jsonlite)})
d<-read.csv("lmm_slopes.csv",stringsAsFactors=TRUE); d$half<-ifelse(d$condition=="control",-.5,.5)
ctl<-lmerControl(optimizer="bobyqa",optCtrl=list(rhoend=1e-12,maxfun=100000),calc.derivs=FALSE)
pack<-function(m,type3=TRUE){s<-summary(m)$coefficients;vc<-as.data.frame(VarCorr(m));a<-as.data.frame(anova(m,type=3))
 list(formula=paste(deparse(formula(m)),collapse=" "),logLik=as.numeric(logLik(m)),fixef=as.list(fixef(m)),se=as.list(s[,2]),df=as.list(s[,"df"]),p=as.list(s[,5]),
 sigma=sigma(m),varcorr=vc,anova=lapply(split(a[,c("NumDF","DenDF","F value","Pr(>F)")],factor(rownames(a),rownames(a))),as.list),ranef_item=as.list(setNames(ranef(m)$item[,1],rownames(ranef(m)$item))),
 ranef_item_sd=sqrt(as.numeric(attr(ranef(m,condVar=TRUE)$item,"postVar"))))}
o<-list(versions=list(R=R.version.string,lme4=as.character(packageVersion("lme4")),lmerTest=as.character(packageVersion("lmerTest"))))
o$correlated<-pack(lmer(y~condition*phase+x+(1+condition|participant)+(1|item),d,control=ctl))
o$uncorrelated<-pack(lmer(y~condition*phase+x+(1+half||participant)+(1|item),d,control=ctl))
o$three<-pack(lmer(y~condition*phase+x+(1|participant)+(1|item)+(1|wave),d,control=ctl))
o$ml<-pack(lmer(y~condition*phase+x+(1|participant)+(1|item),d,REML=FALSE,control=ctl))
o$ml_null<-list(logLik=as.numeric(logLik(lmer(y~condition+phase+x+(1|participant)+(1|item),d,REML=FALSE,control=ctl))))
mm<-lmer(y~condition*phase+x+(1|participant)+(1|item),d,control=ctl)
L<-rbind(c(0,1,0,0,0,1/3,1/3),c(0,0,1,-1,0,.5,-.5)); ct<-contest(mm,L[1,],joint=FALSE); 
o$contrast<-list(weights=L[1,],estimate=ct[1,"Estimate"],se=ct[1,"Std. Error"],df=ct[1,"df"],p=ct[1,"Pr(>|t|)"])
pr<-profile(lmer(y~condition*phase+x+(1|participant)+(1|item),d,REML=FALSE),which="x"); ci<-confint(pr)
o$profile_x<-as.list(ci["x",])
write_json(o,"lmm_lmerTest.json",digits=12,auto_unbox=TRUE,pretty=TRUE)
print(o$correlated$varcorr);print(o$three$varcorr);print(o$uncorrelated$varcorr);print(anova(mm))
